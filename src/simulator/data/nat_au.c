/*
 * nat_au.c - names, places and number formats of Australia. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_au = {
	.code = "AU",
	.country = "Australia",
	.male =
		"Lachlan,Angus,Hamish,Callum,Darcy,Flynn,Archie,Jarrah,Bailey,Cooper,Toby,Riley,"
		"Declan,Heath,Brock,Jye,Kane,Nate,Ashton,Beau,Brodie,Campbell,Clancy,Corey,Dane,"
		"Elijah,Fletcher,Grant,Harley,Hugo,Jasper,Jett,Koby,Levi,Mitchell,Murray,Nash,"
		"Patrick,Quentin,Reece,Rohan,Seth,Shane,Tate,Trent,Warwick,Xavier,Zane,Bruce,"
		"Clive,Dean,Geoff,Neville,Russell,Wayne",
	.female =
		"Matilda,Kiara,Jacinta,Bronte,Kylie,Shae,Tahlia,Indi,Georgie,Imogen,Freya,Willow,"
		"Ivy,Harper,Savannah,Adele,Alinta,April,Bindi,Caitlin,Chelsea,Clementine,Daisy,"
		"Elise,Felicity,Gemma,Greta,Heidi,Isla,Jasmine,Jemima,Kirra,Lara,Leilani,Lucinda,"
		"Maeve,Mia,Narelle,Natasha,Paige,Phoebe,Poppy,Rhiannon,Sally,Sienna,Skye,Stella,"
		"Tamara,Tess,Trudy,Veronica,Yasmin,Zara,Sheila,Merryn",
	.last =
		"Abbott,Armitage,Barlow,Beasley,Bradman,Broadbent,Burnside,Calloway,Chisholm,"
		"Cleary,Coombs,Crosby,Dalton,Devereux,Doherty,Drummond,Eastwood,Eggleston,"
		"Fairfax,Farrell,Flinders,Gallagher,Gilmore,Goodwin,Hackett,Halloran,Hargrave,"
		"Hawke,Henderson,Holloway,Irving,Jamieson,Kavanagh,Keating,Kingsford,Lawson,"
		"Leadbeater,Lockhart,Macarthur,Mackay,Maitland,Menzies,Monash,Nolan,Northcote,"
		"O'Grady,O'Shea,Paterson,Penrose,Pickering,Quigley,Radcliffe,Ridley,Rutherford,"
		"Sheedy,Sinclair,Stapleton,Stirling,Tait,Tennant,Thornton,Upton,Vickers,"
		"Wakefield,Warburton,Whitlam,Winton,Wyatt,Yates,Young",
	.street =
		"Acacia Ave,Banksia St,Beach Rd,Bluegum Ct,Bottlebrush Dr,Boundary Rd,Brolga Pl,"
		"Cockatoo Ln,Collins St,Coolabah Cres,Eucalypt Way,Ferry Rd,Flinders Ln,"
		"George St,Grevillea Dr,Harbour Pde,Hunter St,Jacaranda Ave,Kangaroo Pt Rd,"
		"Lighthouse Rd,Lygon St,Macquarie St,Melaleuca Ct,Ocean Dr,Pacific Hwy,Pitt St,"
		"Queen St,Railway Pde,River Tce,Stockmans Ln,Sturt Hwy,Swanston St,Wattle Gr,"
		"William St,Yarra Bank Rd",
	.city =
		"Adelaide,Alice Springs,Armidale,Ballarat,Bathurst,Bendigo,Brisbane,Broome,"
		"Bunbury,Burnie,Cairns,Canberra,Darwin,Devonport,Dubbo,Fremantle,Geelong,"
		"Gladstone,Gold Coast,Hobart,Launceston,Mackay,Melbourne,Mount Gambier,Newcastle,"
		"Perth,Port Augusta,Rockhampton,Sydney,Tamworth,Toowoomba,Townsville,Wagga Wagga,"
		"Warrnambool,Wollongong",
	.state =
		"New South Wales,Victoria,Queensland,South Australia,Western Australia,Tasmania,"
		"Northern Territory,Australian Capital Territory",
	.double_first = "-",
	.double_first_percent = 8,
	.double_last = "-",
	.double_last_percent = 14,
	.postcode_min = 200,
	.postcode_max = 9999,
	.phone = "0#-####-####",
	.cell = "04##-###-###",
	.id_name = "TFN",
	.id_value = "#########",
};
/* clang-format on */
