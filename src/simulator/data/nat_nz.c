/*
 * nat_nz.c - names, places and number formats of New Zealand. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_nz = {
	.code = "NZ",
	.country = "New Zealand",
	.male =
		"Aidan,Alistair,Ari,Ashley,Blair,Bradley,Brendon,Bryn,Cameron,Carlos,Chase,Cody,"
		"Cole,Curtis,Damon,Dylan,Eru,Ethan,Finn,George,Glenn,Hemi,Henare,Hone,Hoani,"
		"Hunter,Isaac,Jayden,Jonah,Jonty,Joshua,Kahu,Kauri,Keanu,Kingi,Kupe,Leo,Liam,"
		"Luca,Manaia,Marcus,Mason,Matiu,Max,Maui,Mikaere,Nikau,Niko,Noah,Paora,Petera,"
		"Phoenix,Pita,Quinn,Rangi,Rawiri,Reuben,Rewi,Richie,Ryan,Samuel,Scott,Sione,Sol,"
		"Stanley,Tama,Tane,Taine,Tawhiri,Te Rangi,Tipene,Todd,Tyson,Wiremu,Zac",
	.female =
		"Aaliyah,Ana,Anahera,Anika,Aria,Aroha,Ataahua,Awhina,Billie,Brooklyn,Caitlyn,"
		"Cassidy,Cora,Danica,Demi,Eden,Eliza,Ella,Emere,Erin,Evie,Faith,Frankie,Giselle,"
		"Hana,Harriet,Hayley,Hera,Hinemoa,Holly,Huia,Indie,Isla,Ivana,Kaia,Kahurangi,"
		"Keira,Kiri,Kora,Kowhai,Lani,Layla,Lola,Luna,Maia,Makayla,Manaaki,Marama,"
		"Mareikura,Mereana,Mila,Miriama,Molly,Moana,Nevaeh,Ngaio,Ngaire,Niwa,Nova,Paige,"
		"Paula,Peata,Phoebe,Piper,Pippa,Pounamu,Quinn,Ria,Riria,Rosa,Ruby,Sasha,Scarlett,"
		"Skyla,Tiana,Tui,Violet,Waimarie,Whetu,Zoe",
	.last =
		"Aitken,Allan,Anderton,Arapeta,Baird,Ballantyne,Barclay,Beattie,Begg,Blackwood,"
		"Blundell,Brash,Bremner,Buchanan,Burgess,Cairns,Calder,Carruthers,Chalmers,"
		"Christie,Cochrane,Colquhoun,Crawford,Cruickshank,Cullen,Cunningham,Dalziel,"
		"Dickson,Douglas,Dunbar,Dunlop,Eruera,Faleolo,Falconer,Fenton,Findlay,Forsyth,"
		"Fyfe,Gibson,Gillespie,Goldie,Greig,Guthrie,Haggart,Hakopa,Hamilton,Hastie,"
		"Henare,Heke,Heremaia,Hetaraka,Hohepa,Horomia,Ihaka,Inglis,Irvine,Jardine,"
		"Johnstone,Karaka,Kawhia,Kerr,Kingi,Laing,Lamont,Latu,Leavasa,Leith,Lennox,"
		"Lindsay,Logan,Mahuta,Maitai,Marshall,Matenga,McAlpine,McCaw,McClure,McCormack,"
		"McGregor,McLaren,McLean,McMillan,McPherson,Mitchell,Moffat,Monaghan,Muir,Munro,"
		"Napier,Ngata,Nicol,Niven,Ogden,Paki,Parata,Patterson,Pere,Pohatu,Pomare,Potae,"
		"Rangihuna,Rata,Reihana,Rennie,Rewiti,Ritchie,Rutherglen,Savea,Selwyn,Skelton,"
		"Smeaton,Strachan,Tamihere,Tapsell,Tau,Taufa,Te Kanawa,Te Rauparaha,Te Wiata,"
		"Thomson,Tipoki,Tuilagi,Turei,Urquhart,Vaai,Waititi,Walker,Wetere,Wikaira,"
		"Winiata,Wishart,Wylie",
	.street =
		"Ahuriri Road,Albany Highway,Anzac Avenue,Beach Haven Road,Bealey Avenue,"
		"Cameron Road,Carlton Gore Road,Cashel Street,Colombo Street,Courtenay Place,"
		"Cuba Street,Dominion Road,Fenton Street,Fitzherbert Avenue,George Street,"
		"Grafton Bridge Road,Great South Road,Harbour View Road,Hauraki Terrace,"
		"Hood Street,Huia Road,Jervois Quay,Kauri Point Road,Kowhai Street,Lambton Quay,"
		"Manukau Road,Marine Drive,Moray Place,Ngaio Road,Nile Street,Oriental Parade,"
		"Papanui Road,Ponsonby Road,Princes Street,Puriri Crescent,Quay Street,Rata Road,"
		"Riccarton Road,Rimu Lane,Tamaki Drive,Tasman Street,The Strand,Tinakori Road,"
		"Totara Avenue,Trafalgar Street,Victoria Avenue,Waimea Road,Willis Street",
	.city =
		"Alexandra,Ashburton,Auckland,Blenheim,Cambridge,Christchurch,Cromwell,"
		"Dannevirke,Dargaville,Dunedin,Feilding,Gore,Greymouth,Hokitika,Huntly,"
		"Invercargill,Kaikoura,Kaitaia,Kerikeri,Levin,Lower Hutt,Masterton,Matamata,"
		"Morrinsville,Motueka,Napier,Oamaru,Opotiki,Palmerston North,Picton,Pukekohe,"
		"Queenstown,Rangiora,Rotorua,Taihape,Taupo,Tauranga,Te Awamutu,Te Kuiti,Thames,"
		"Timaru,Tokoroa,Turangi,Upper Hutt,Waihi,Waiuku,Wanaka,Wellington,Westport,"
		"Whakatane,Whanganui,Whitianga",
	.state =
		"Auckland,Bay of Plenty,Canterbury,Gisborne,Hawke's Bay,Manawatu-Wanganui,"
		"Marlborough,Nelson,Northland,Otago,Southland,Taranaki,Tasman,Waikato,Wellington,"
		"West Coast",
	.double_first = "-",
	.double_first_percent = 4,
	.double_last = "-",
	.double_last_percent = 8,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "(###)-###-####",
	.cell = "(###)-###-####",
	.id_name = "",
};
/* clang-format on */
