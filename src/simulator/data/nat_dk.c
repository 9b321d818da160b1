/*
 * nat_dk.c - names, places and number formats of Denmark. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_dk = {
	.code = "DK",
	.country = "Denmark",
	.male =
		"Aksel,Albert,Anders,Anton,August,Bent,Birger,Bjarke,Bo,Carl,Christoffer,Emil,"
		"Erik,Esben,Finn,Flemming,Frode,Gustav,Hans,Henning,Holger,Ib,Jens,Jeppe,Jesper,"
		"Johan,Jonas,Jørn,Kaj,Karsten,Kasper,Kim,Klaus,Kresten,Lars,Leif,Magnus,Malte,"
		"Morten,Niels,Nikolaj,Ole,Oskar,Otto,Palle,Peder,Poul,Preben,Rasmus,Rune,Søren,"
		"Steen,Sune,Svend,Thorbjørn,Tobias,Torben,Troels,Viggo,Villads",
	.female =
		"Agnete,Alma,Anette,Anne,Asta,Astrid,Bente,Birgitte,Birthe,Bodil,Britta,Camilla,"
		"Charlotte,Connie,Dagmar,Dorthe,Ditte,Ebba,Edith,Ellen,Else,Emma,Esther,Gerda,"
		"Gitte,Grethe,Gudrun,Hanne,Helle,Inger,Ingrid,Jette,Johanne,Karen,Karla,Katrine,"
		"Kirsten,Kirstine,Lærke,Lene,Line,Lis,Liva,Lone,Maja,Maren,Margrethe,Marie,Mette,"
		"Naja,Pernille,Pia,Rigmor,Sanne,Sidsel,Signe,Solveig,Susanne,Tove,Ulla,Vibeke",
	.last =
		"Abildgaard,Agerskov,Andreasen,Bach,Bang,Bech,Berg,Bertelsen,Bisgaard,Bjerre,"
		"Bonde,Brandt,Brodersen,Bruun,Buch,Carstensen,Christoffersen,Clausen,Dahl,"
		"Dalgaard,Damgaard,Daugaard,Ebbesen,Enevoldsen,Eskildsen,Fisker,Frandsen,Friis,"
		"Gade,Gammelgaard,Gregersen,Hald,Hansson,Hedegaard,Henriksen,Hermansen,Holm,"
		"Holst,Iversen,Jakobsen,Jepsen,Jespersen,Johansson,Juhl,Justesen,Kjær,Kjeldsen,"
		"Klausen,Koch,Krogh,Kruse,Lauridsen,Lindberg,Lund,Lynge,Madsen,Markussen,"
		"Mathiasen,Mikkelsen,Mogensen,Munk,Mørch,Nørgaard,Nygaard,Olesen,Overgaard,"
		"Paulsen,Pilgaard,Poulsen,Ravn,Riis,Schmidt,Severinsen,Skov,Skytte,Sloth,"
		"Søndergaard,Steffensen,Toft,Vestergaard,Winther,Østergaard,Aagaard",
	.street =
		"Abildvej,Agervej,Bakkevej,Birkealle,Bjergvej,Bredgade,Brogade,Bøgevej,"
		"Dronningensgade,Egevej,Elmevej,Engvej,Fasanvej,Fjordvej,Granvej,Grønnegade,"
		"Havnegade,Hovedgaden,Jernbanegade,Kirkegade,Kløvervej,Kongevejen,Kystvej,"
		"Langgade,Lærkevej,Mølleparken,Nørregade,Parkvej,Rosenvænget,Rådhuspladsen,"
		"Skolegade,Skovvej,Solbakken,Strandvejen,Søndergade,Torvet,Vestergade,"
		"Åboulevarden,Østerbro",
	.city =
		"Aalborg,Aarhus C,Ballerup ,Billund,Birkerød,Brøndby,Esbjerg N,Faaborg,"
		"Fredericia,Frederikshavn ,Grenaa,Grindsted,Haderslev,Helsingør,Herning,Hillerød,"
		"Hjørring,Hobro,Holbæk,Holstebro,Horsens,Hvidovre,Ikast,Kalundborg ,Kolding,"
		"København K,Køge,Lemvig,Middelfart ,Nakskov,Nykøbing F,Næstved,Odense C,"
		"Randers NØ,Ribe,Ringsted,Roskilde,Rønne ,Silkeborg,Skagen,Skive,Slagelse,Sorø,"
		"Struer,Svendborg,Sønderborg,Thisted,Tønder,Vejle,Viborg,Vordingborg,Ærøskøbing",
	.state =
		"Hovedstaden,Midtjylland,Nordjylland,Sjælland,Syddanmark",
	.double_first = " ",
	.double_first_percent = 8,
	.double_last = " ",
	.double_last_percent = 16,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "########",
	.cell = "########",
	.id_name = "CPR",
	.id_value = "%d%m%y-####",
};
/* clang-format on */
