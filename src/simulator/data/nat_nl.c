/*
 * nat_nl.c - names, places and number formats of the Netherlands. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_nl = {
	.code = "NL",
	.country = "Netherlands",
	.male =
		"Aart,Abel,Adriaan,Arie,Arjen,Bart,Bas,Bastiaan,Bauke,Bram,Cas,Casper,Coen,"
		"Cornelis,Daan,Dirk,Douwe,Edwin,Erwin,Floor,Floris,Frank,Gerrit,Gijs,Guus,Hein,"
		"Hendrik,Henk,Hidde,Huib,Ivo,Jaap,Jan,Jasper,Jelle,Jeroen,Jesse,Job,Joep,Joost,"
		"Joris,Jurre,Karel,Kees,Klaas,Koen,Lars,Leendert,Luuk,Maarten,Marijn,Matthijs,"
		"Mees,Menno,Merijn,Niek,Olivier,Pepijn,Piet,Quinten,Reinier,Rens,Roel,Ruben,"
		"Rutger,Ruud,Sander,Sem,Siebe,Sjoerd,Stijn,Teun,Thijs,Tijmen,Tjeerd,Valentijn,"
		"Wessel,Wim,Wouter,Xander",
	.female =
		"Aafke,Aaltje,Agnes,Aleida,Amber,Anke,Annelies,Annemiek,Anouk,Babette,Bente,"
		"Bianca,Carlijn,Christel,Claudine,Dewi,Dieuwke,Doutzen,Eefje,Elke,Ellen,Emma,"
		"Esmee,Evelien,Femke,Fenna,Fleur,Floortje,Frederique,Froukje,Geertje,Gerda,"
		"Greetje,Hanneke,Heleen,Henny,Hilde,Iris,Isa,Jacoba,Janneke,Jenny,Jet,Jolanda,"
		"Josephine,Judith,Julia,Karlijn,Katja,Lieke,Lies,Lisanne,Loes,Lotte,Maaike,"
		"Maartje,Machteld,Marijke,Marleen,Marloes,Mieke,Mirthe,Nienke,Noor,Nynke,Petra,"
		"Puck,Renske,Rianne,Roos,Sanne,Saskia,Sietske,Sjoukje,Suzanne,Tessa,Tineke,"
		"Trijntje,Veerle,Wendy,Wilhelmina,Willemijn,Yfke",
	.last =
		"Aalbers,Achterberg,Baas,Bakker,Barendrecht,Beekman,Berends,Blok,Boekhoudt,"
		"Boersma,Bol,Boonstra,Bos,Bouwman,Brands,Brouwer,Bruinsma,Buurman,Coenen,"
		"Cornelissen,de Boer,de Bruijn,de Graaf,de Groot,de Haan,de Jong,de Koning,"
		"de Leeuw,de Ruiter,de Vries,de Wit,Dekker,den Hartog,Dijkstra,Driessen,"
		"Eikelboom,Elzinga,Engels,Evers,Faber,Geerts,Gerritsen,Goossens,Groen,Haverkamp,"
		"Heemskerk,Hendriks,Hermans,Hoekstra,Hofman,Hoogendoorn,Huisman,Jacobs,Kamphuis,"
		"Kok,Koopman,Kramer,Kuiper,Kuipers,Lammers,Langedijk,Leenders,Linders,Maas,"
		"Martens,Meijer,Mol,Mulder,Nijhof,Noordhoek,Oosterhuis,Otten,Peters,Postma,Prins,"
		"Rademaker,Reitsma,Rietveld,Roos,Sanders,Schaap,Schipper,Scholten,Schouten,"
		"Sikkema,Smeets,Smit,Spaans,Stam,Sterk,Timmermans,Tuinman,van Beek,van Dam,"
		"van den Berg,van den Heuvel,van der Heijden,van der Linden,van der Meer,"
		"van Dijk,van Doorn,van Es,van Leeuwen,van Loon,van Rijn,van Vliet,van 't Hof,"
		"Veenstra,Verbeek,Verhoeven,Vermeer,Visser,Vos,Westra,Wiersma,Willems,Wolters,"
		"Zijlstra,Zwart",
	.street =
		"Achterweg,Beatrixstraat,Begijnhof,Beukenlaan,Bierkade,Breestraat,Brink,"
		"Burgemeester Visserlaan,Dam,Dijkstraat,Dorpsstraat,Eikenlaan,Emmaplein,"
		"Gedempte Gracht,Goudsbloemstraat,Haarlemmerweg,Havenkade,Herengracht,Hoogstraat,"
		"Julianalaan,Kanaalweg,Kastanjelaan,Keizersgracht,Kerkstraat,Korenmolen,"
		"Koningslaan,Lijnbaan,Markt,Meeuwenlaan,Molenstraat,Nieuwstraat,Noordeinde,"
		"Oosterstraat,Oude Delft,Parklaan,Prinsengracht,Raadhuisplein,Rembrandtlaan,"
		"Ringdijk,Schoolstraat,Singel,Sluisweg,Stationsweg,Tulpstraat,Van Goghstraat,"
		"Veerdijk,Vijverlaan,Waterstraat,Wilgenplein,Zandpad,Zeedijk",
	.city =
		"Alkmaar,Almelo,Almere,Amersfoort,Amstelveen,Amsterdam,Apeldoorn,Arnhem,Assen,"
		"Bergen op Zoom,Breda,Bussum,Delft,Delfzijl,Den Helder,Deventer,Doetinchem,"
		"Dokkum,Dordrecht,Drachten,Ede,Eindhoven,Emmen,Enkhuizen,Enschede,Franeker,Goes,"
		"Gouda,Groningen,Haarlem,Harlingen,Heerenveen,Heerlen,Helmond,'s-Gravenhage,"
		"'s-Heerenberg,Hilversum,Hoorn,IJsselstein,Kampen,Leeuwarden,Leiden,Lelystad,"
		"Maastricht,Meppel,Middelburg,Nijmegen,Oss,Purmerend,Roermond,Rotterdam,Schiedam,"
		"Sneek,Terneuzen,Tiel,Tilburg,Utrecht,Veenendaal,Venlo,Vlaardingen,Vlissingen,"
		"Volendam,Wageningen,Weert,Woerden,Zaandam,Zeist,Zierikzee,Zoetermeer,Zutphen,"
		"Zwolle",
	.state =
		"Drenthe,Flevoland,Friesland,Gelderland,Groningen,Limburg,Noord-Brabant,"
		"Noord-Holland,Overijssel,Utrecht,Zeeland,Zuid-Holland",
	.double_first = " ",
	.double_first_percent = 4,
	.double_last = "-",
	.double_last_percent = 8,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "(###)-###-####",
	.cell = "(###)-###-####",
	.id_name = "BSN",
	.id_value = "########",
};
/* clang-format on */
