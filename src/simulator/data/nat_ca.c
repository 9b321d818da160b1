/*
 * nat_ca.c - names, places and number formats of Canada. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_ca = {
	.code = "CA",
	.country = "Canada",
	.male =
		"Alexis,Antoine,Beckett,Benoît,Blake,Bryson,Carter,Cédric,Colby,Connor,Dawson,"
		"Derek,Dominic,Édouard,Emmett,Étienne,Evan,Félix,François,Gavin,Gordon,Graeme,"
		"Guillaume,Hudson,Hunter,Ian,Jacob,Jean,Jérémie,Jesse,Jordan,Keith,Kyle,Lachlan,"
		"Léo,Logan,Louis,Lucas,Marc,Mathieu,Maxime,Nathan,Nolan,Olivier,Owen,Philippe,"
		"Raphaël,Rémi,Ryder,Samuel,Simon,Spencer,Thomas,Tristan,Tyler,Vincent,Wyatt,"
		"Xavier,Zachary,Zack",
	.female =
		"Abigail,Adèle,Alicia,Amélie,Anaïs,Annabelle,Aurélie,Avery,Béatrice,Brooke,"
		"Camille,Catherine,Chantal,Charlotte,Chloé,Claire,Danielle,Delphine,Éléonore,"
		"Élise,Émilie,Emma,Ève,Fiona,Florence,Gabrielle,Geneviève,Hailey,Hannah,Hélène,"
		"Isabelle,Jade,Jillian,Josée,Juliette,Kaitlyn,Laurence,Léa,Lily,Madeleine,Maëlle,"
		"Magalie,Maya,Mégane,Meredith,Morgan,Nathalie,Nicole,Olivia,Peyton,Rachel,"
		"Rosalie,Roxanne,Sadie,Sarah,Shannon,Simone,Sophie,Taylor,Zoé",
	.last =
		"Anderson,Arsenault,Beaulieu,Bédard,Bennett,Bergeron,Blackburn,Boivin,Bouchard,"
		"Boudreau,Brodeur,Cameron,Campbell,Caron,Chan,Charron,Cloutier,Corriveau,Cormier,"
		"Couture,Daigle,Deschênes,Desjardins,Dhaliwal,Doiron,Doucet,Dubé,Dufresne,"
		"Faulkner,Fontaine,Fraser,Gagné,Gagnon,Gallant,Gervais,Gill,Girard,Grant,Grewal,"
		"Hébert,Jean,Kowalchuk,Lachance,Lacroix,Lafleur,Lapointe,Lavoie,LeBlanc,Lefebvre,"
		"Lévesque,MacDonald,MacKenzie,MacLeod,MacNeil,Marchand,McIntyre,McKay,Morin,"
		"Mercier,Nadeau,Ouellet,Pelletier,Perreault,Poirier,Poulin,Reid,Rousseau,Sidhu,"
		"Savard,Singh,Stewart,Tessier,Tremblay,Thériault,Vachon,Villeneuve,Wong,Zhao",
	.street =
		"Aspen Cres,Bay St,Beaver Creek Rd,Birch Ave,Bloor St,Boulevard Laurier,"
		"Cartier Ave,Cedar Ln,Chemin du Roy,College St,Concession Rd 4,Danforth Ave,"
		"Douglas St,Granville St,Hastings St,Jasper Ave,King St W,Lakeshore Blvd,"
		"Main Rd N,Maple Leaf Dr,Marine Dr,Poplar St,Portage Ave,Prairie Trail,"
		"Queen St E,Rideau St,River Rd,Robson St,Rue Principale,Rue Sainte-Catherine,"
		"Spadina Ave,Spruce Dr,Whyte Ave,Wolfe St,Yonge St",
	.city =
		"Banff,Barrie,Brandon,Calgary,Charlottetown,Chicoutimi,Cornwall,Dawson,"
		"Drummondville,Edmonton,Fredericton,Gander,Gatineau,Guelph,Halifax,Hamilton,"
		"Inuvik,Jasper,Kamloops,Kelowna,Kingston,Lethbridge,Longueuil,Medicine Hat,"
		"Moncton,Moose Jaw,Nanaimo,Oshawa,Ottawa,Peterborough,Prince Albert,Red Deer,"
		"Regina,Rimouski,Saint John,Saskatoon,Sept-Îles,Sherbrooke,St. John's,Sudbury,"
		"Thunder Bay,Toronto,Trois-Rivières,Vancouver,Victoria,Whitehorse,Winnipeg,"
		"Yellowknife",
	.state =
		"Alberta,British Columbia,Manitoba,New Brunswick,Newfoundland and Labrador,"
		"Northwest Territories,Nova Scotia,Nunavut,Ontario,Prince Edward Island,Québec,"
		"Saskatchewan,Yukon",
	.double_first = "-",
	.double_first_percent = 10,
	.double_last = "-",
	.double_last_percent = 10,
	.postcode = "@#@ #@#",
	.phone = "@## @##-####",
	.cell = "@## @##-####",
	.clean_phone = "###-###-####",
	.id_name = "SIN",
	.id_value = "#########",
};
/* clang-format on */
