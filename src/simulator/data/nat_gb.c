/*
 * nat_gb.c - names, places and number formats of the United Kingdom. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_gb = {
	.code = "GB",
	.country = "United Kingdom",
	.male =
		"Alastair,Alfie,Alistair,Barnaby,Basil,Bertie,Brian,Cedric,Clifford,Colin,"
		"Crispin,Cuthbert,Dafydd,Darren,Desmond,Dexter,Dominic,Duncan,Edmund,Edward,Eric,"
		"Euan,Evan,Finlay,Fraser,Gareth,Geoffrey,Gethin,Giles,Graham,Gregor,Gwilym,"
		"Harold,Harry,Hugh,Humphrey,Iain,Imran,Ivor,Jarvis,Jeremy,Jude,Keir,Kenneth,"
		"Kieran,Leonard,Lewis,Malcolm,Miles,Mohammed,Nigel,Oliver,Oscar,Percy,Piers,"
		"Quentin,Rhys,Roderick,Ronald,Rory,Rupert,Sebastian,Simon,Stuart,Terence,"
		"Theodore,Trevor,Tristan,Wilfred,Zubair",
	.female =
		"Aisha,Alexandra,Amelia,Annabel,Arabella,Audrey,Beatrix,Beryl,Bethan,Bridget,"
		"Bronwen,Carys,Cerys,Cordelia,Cressida,Daphne,Davina,Deborah,Dorothy,Edith,"
		"Eilidh,Elspeth,Enid,Esme,Eunice,Fiona,Florence,Freda,Ffion,Georgina,Gillian,"
		"Gwen,Harriet,Hazel,Henrietta,Hilary,Honor,Imogen,Iona,Ivy,Jacqueline,Janet,"
		"Jemima,Jocelyn,Kirsty,Leila,Lettice,Lorna,Lowri,Mabel,Marjorie,Maureen,Mhairi,"
		"Millie,Morag,Nadia,Nerys,Niamh,Ottilie,Pamela,Patience,Penelope,Philippa,Polly,"
		"Primrose,Rosalind,Rowena,Saffron,Shona,Sian,Tabitha,Tamsin,Tilly,Ursula,Verity,"
		"Winifred,Zainab",
	.last =
		"Aldridge,Ainsworth,Applegate,Ashcroft,Atherton,Attwood,Bagshaw,Bainbridge,"
		"Barraclough,Barrowman,Bickerton,Birtwistle,Blenkinsop,Bottomley,Bracewell,"
		"Bramley,Braithwaite,Bristow,Broughton,Buckingham,Cadwallader,Calvert,Carmichael,"
		"Cartwright,Chadwick,Chamberlain,Clitheroe,Cockburn,Cotterill,Crompton,Cunliffe,"
		"Dalrymple,Davenport,Dewhurst,Dunsmore,Eastham,Ellwood,Entwistle,Fairbairn,"
		"Fanshawe,Featherstone,Fernsby,Fothergill,Gainsborough,Garside,Goodfellow,Gough,"
		"Greenhalgh,Griffiths,Grimshaw,Gwynne,Haddock,Hargreaves,Hathersage,"
		"Haythornthwaite,Heathcote,Higginbotham,Holroyd,Hollingsworth,Hussain,"
		"Illingworth,Jarvis,Kershaw,Khan,Kilbride,Kirkpatrick,Langford,Leatherby,"
		"Lightfoot,Llewellyn,Longbottom,MacAllister,Mainwaring,McTavish,Merriweather,"
		"Micklethwaite,Molyneux,Nettleton,Norcross,Oakley,Ogilvie,Openshaw,Ormerod,"
		"Osgood,Palfrey,Partridge,Patel,Pemberton,Pettigrew,Pritchard,Quinton,Ramsbottom,"
		"Ravenscroft,Rowbotham,Sedgwick,Shackleton,Shuttleworth,Sidebottom,Smythe,"
		"Snowden,Sotheby,Stainthorpe,Strathmore,Tattersall,Thistlewood,Thorneycroft,"
		"Threlfall,Tindall,Trevelyan,Urquhart,Wainwright,Walmsley,Wedgwood,Whittaker,"
		"Willoughby,Winterbottom,Wolstenholme,Woodhouse,Wrigglesworth,Yardley",
	.street =
		"Abbey Road,Albert Road,Alma Street,Baker Street,Beech Close,Bridge Street,"
		"Broadway,Castle Street,Cathedral Close,Cherry Tree Lane,Church Lane,"
		"Clifton Crescent,Coach House Mews,Coronation Avenue,Darwin Drive,Eastgate,"
		"Elm Grove,Field View,Gloucester Terrace,Grange Road,High Street,Highfield Road,"
		"Hill Rise,Kings Road,Lime Avenue,London Road,Manor Road,Meadow Bank,Mill Lane,"
		"New Street,North Street,Old Vicarage Walk,Orchard Close,Park Avenue,"
		"Priory Gardens,Queensway,Rectory Lane,Richmond Hill,Rose Cottage Lane,"
		"School Lane,Springfield Road,The Crescent,The Shambles,Tudor Court,"
		"Victoria Road,Waterloo Place,Windsor Road,Woodland Way",
	.city =
		"Aberdeen,Bangor,Bath,Belfast,Birmingham,Blackpool,Bournemouth,Bradford,"
		"Brighton and Hove,Bristol,Cambridge,Cardiff,Carlisle,Chelmsford,Chester,"
		"Chichester,Coventry,Derby,Derry,Dundee,Durham,Edinburgh,Ely,Exeter,Glasgow,"
		"Gloucester,Hereford,Inverness,Ipswich,Kingston upon Hull,Leeds,Leicester,"
		"Lincoln,Lisburn,Liverpool,London,Manchester,Newcastle upon Tyne,Newport,Norwich,"
		"Nottingham,Oban,Oxford,Perth,Plymouth,Portsmouth,Preston,Salisbury,Sheffield,"
		"Southampton,St Albans,St David's,Stirling,Stoke-on-Trent,Sunderland,Swansea,"
		"Truro,Wells,Winchester,Worcester",
	.state =
		"Aberdeenshire,Bedfordshire,Berkshire,Borders,Buckinghamshire,Cambridgeshire,"
		"Cheshire,Clwyd,Cornwall,County Antrim,County Down,Cumbria,Derbyshire,Dorset,"
		"Dyfed,East Sussex,Essex,Fife,Gloucestershire,Greater Manchester,Gwent,Gwynedd,"
		"Hampshire,Hertfordshire,Highlands and Islands,Isle of Wight,Lancashire,"
		"Leicestershire,Merseyside,Norfolk,North Yorkshire,Northumberland,Oxfordshire,"
		"Powys,Rutland,Shropshire,Somerset,Strathclyde,Suffolk,Surrey,Tayside,"
		"Tyne and Wear,Warwickshire,West Midlands,Wiltshire,Worcestershire",
	.double_first = "-",
	.double_first_percent = 6,
	.double_last = "-",
	.double_last_percent = 12,
	.postcode = "@# #@@|@## #@@|@#@ #@@|@@# #@@|@@## #@@|@@#@ #@@",
	.phone = "01#1 ### ####|015### #####|016977 ####|017### #####|01### ######|01### #####|020 #### ####|023 #### ####|028 #### ####|029 #### ####",
	.cell = "07### ######",
	.id_name = "NINO",
	.id_value = "@@ ## ## ## @",
};
/* clang-format on */
