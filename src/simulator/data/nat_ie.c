/*
 * nat_ie.c - names, places and number formats of Ireland. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_ie = {
	.code = "IE",
	.country = "Ireland",
	.male =
		"Aidan,Aodhán,Art,Barry,Bartley,Brendan,Brian,Cathal,Ciarán,Cillian,Colm,Conall,"
		"Conor,Cormac,Daithí,Darragh,Declan,Dermot,Diarmuid,Donal,Donnacha,Eamon,Enda,"
		"Eoghan,Eoin,Fergal,Fergus,Fiachra,Finbar,Fintan,Fionn,Gearóid,Iarla,Jarlath,"
		"Kevin,Killian,Lorcan,Malachy,Manus,Naoise,Niall,Odhrán,Oisín,Oscar,Pádraig,"
		"Peadar,Proinsias,Rían,Ronan,Rory,Ruairí,Séamus,Seán,Senan,Setanta,Shay,Tadhg,"
		"Tiernan,Tomás,Turlough,Ultan",
	.female =
		"Aisling,Áine,Aoibheann,Aoife,Bébhinn,Bláthnaid,Bríd,Bronagh,Caoimhe,Caragh,"
		"Ciara,Clíona,Clodagh,Colleen,Dearbhla,Deirdre,Dervla,Doireann,Éabha,Eileen,"
		"Eimear,Éilis,Emer,Fiadh,Finola,Fionnuala,Gobnait,Gráinne,Ide,Imelda,Laoise,"
		"Maeve,Máire,Mairéad,Maura,Meabh,Moya,Muireann,Neasa,Niamh,Noreen,Nuala,Órla,"
		"Órlaith,Philomena,Ríona,Róisín,Sadhbh,Saoirse,Sheelagh,Síle,Síne,Sinéad,Siobhán,"
		"Sorcha,Teagan,Treasa,Úna",
	.last =
		"Ahern,Barrett,Behan,Boland,Boyle,Brady,Breen,Breslin,Brosnan,Buckley,Burke,"
		"Byrne,Cahill,Callaghan,Carroll,Casey,Cassidy,Clancy,Coghlan,Colgan,Collins,"
		"Conneely,Connolly,Corcoran,Costello,Coughlan,Coyle,Crowley,Cullen,Curran,Daly,"
		"Delaney,Dempsey,Devlin,Dillon,Dolan,Donnelly,Doyle,Duffy,Dunne,Egan,Fallon,"
		"Fitzgerald,Fitzpatrick,Flaherty,Flanagan,Flood,Fogarty,Foley,Gaffney,Geraghty,"
		"Gilligan,Gleeson,Greaney,Hanley,Healy,Hegarty,Heneghan,Hennessy,Hickey,Higgins,"
		"Hogan,Horgan,Hurley,Joyce,Keane,Kearney,Keegan,Kehoe,Kenny,Kiernan,Kilroy,Lacey,"
		"Lalor,Lavelle,Leahy,Lenihan,Looney,Lynch,MacMahon,Madigan,Magee,Mangan,McCabe,"
		"McCarthy,McDermott,McGinley,McGuinness,McHugh,McNamara,Molloy,Mooney,Moran,"
		"Mulcahy,Mulligan,Nagle,Nolan,O'Brien,O'Callaghan,O'Connor,O'Donoghue,O'Dowd,"
		"O'Halloran,O'Leary,O'Malley,O'Neill,O'Reilly,O'Rourke,O'Sullivan,O'Toole,Phelan,"
		"Power,Prendergast,Quinlan,Rafferty,Redmond,Roche,Scanlon,Shanahan,Sheehan,"
		"Spillane,Sweeney,Tierney,Tobin,Tuohy,Wall,Whelan",
	.street =
		"Abbey Street,Ard na Mara,Barrack Street,Beach Road,Bóthar na Trá,Bridge Street,"
		"Capel Street,Castle Road,Chapel Hill,Church Road,Convent Road,Dame Street,"
		"Eyre Square,Fair Green,Glen Road,Grafton Street,Harbour View,Henry Street,"
		"Kevin Street,Liffey Quay,Long Mile Road,Main Street,Mall View,Mill Road,"
		"Oliver Plunkett Street,Parnell Square,Patrick Street,Quay Street,Rathmines Road,"
		"Rock Road,Shandon Street,Shop Street,South Terrace,St. Stephen's Green,"
		"The Diamond,Thomas Street,Tower Road,Wolfe Tone Street",
	.city =
		"Ardee,Athlone,Athy,Ballina,Ballinasloe,Ballymun,Bandon,Bantry,Birr,Blackrock,"
		"Boyle,Carlow,Carrick-on-Shannon,Cashel,Castlebar,Cavan,Clifden,Clonmel,Cobh,"
		"Cork,Dingle,Drogheda,Dublin,Dundalk,Dungarvan,Ennis,Enniscorthy,Fermoy,Galway,"
		"Gorey,Kells,Kenmare,Kilkenny,Killarney,Kinsale,Letterkenny,Limerick,Listowel,"
		"Longford,Macroom,Mallow,Maynooth,Monaghan,Mullingar,Naas,Navan,Nenagh,New Ross,"
		"Portlaoise,Roscommon,Skibbereen,Sligo,Swords,Thurles,Tipperary,Tuam,Tullamore,"
		"Waterford,Westport,Wexford,Wicklow,Youghal",
	.state =
		"Carlow,Cavan,Clare,Cork,Donegal,Dublin City,Fingal,Galway,Kerry,Kildare,Laois,"
		"Leitrim,Limerick,Longford,Meath,Monaghan,Offaly,Roscommon,Tipperary,Waterford,"
		"Westmeath,Wexford,Wicklow",
	.double_first = "-",
	.double_first_percent = 6,
	.double_last = "-",
	.double_last_percent = 10,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "0[1-7]1-###-####",
	.cell = "081-###-####",
	.id_name = "PPS",
	.id_value = "#######T",
};
/* clang-format on */
