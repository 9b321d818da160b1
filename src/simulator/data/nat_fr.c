/*
 * nat_fr.c - names, places and number formats of France. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_fr = {
	.code = "FR",
	.country = "France",
	.male =
		"Adam,Adrien,Alban,Alexandre,Alexis,Amaury,Anatole,Arnaud,Arthur,Aurélien,"
		"Bastien,Baptiste,Benoît,Bertrand,Cédric,Clément,Corentin,Cyril,Damien,Didier,"
		"Édouard,Émile,Étienne,Fabien,Félix,Florent,Franck,Gaspard,Gilles,Grégoire,"
		"Guillaume,Hervé,Hugues,Jacques,Jean,Jérôme,Joël,Jules,Julien,Laurent,Léon,Loïc,"
		"Ludovic,Marius,Mathis,Mickaël,Nathan,Noël,Octave,Olivier,Pascal,Paul,Pierre,"
		"Quentin,Raphaël,René,Rémy,Robin,Romain,Sacha,Sébastien,Stéphane,Théo,Thibault,"
		"Thierry,Tristan,Valentin,Victor,Xavier,Yann,Yves",
	.female =
		"Adeline,Agathe,Agnès,Alice,Amandine,Ambre,Anne,Apolline,Audrey,Aurore,Béatrice,"
		"Bérénice,Blandine,Brigitte,Camille,Capucine,Cécile,Chantal,Clarisse,Claudine,"
		"Clémence,Constance,Coralie,Corinne,Delphine,Diane,Dominique,Éléna,Éliane,Élodie,"
		"Estelle,Eugénie,Fanny,Françoise,Gaëlle,Ghislaine,Hélène,Héloïse,Inès,Iris,"
		"Jeanne,Joséphine,Julie,Justine,Laetitia,Léonie,Lilou,Lou,Louise,Lucie,Maëlys,"
		"Margaux,Marianne,Marine,Mathilde,Maud,Mélissa,Mireille,Monique,Nadège,Ninon,"
		"Noémie,Océane,Odile,Pauline,Perrine,Sabrina,Salomé,Sandrine,Solène,Sylvie,"
		"Valérie,Véronique,Victoire,Virginie,Yvette,Zélie",
	.last =
		"Aubert,Auger,Bailly,Barbier,Baron,Barre,Bayard,Benard,Berger,Besson,Blanchard,"
		"Bonnet,Bourdon,Bourgeois,Boyer,Breton,Briand,Brunet,Buisson,Carlier,Carpentier,"
		"Chauvin,Chevallier,Clerc,Colas,Collet,Cordier,Coste,Cousin,Daniel,David,"
		"Delacroix,Delaunay,Delmas,Deschamps,Devaux,Didier,Dufour,Dumas,Dupré,Duval,"
		"Étienne,Fabre,Faure,Ferrand,Fleury,Fournier,Gaillard,Garnier,Gauthier,Germain,"
		"Gilbert,Girard,Grondin,Guérin,Guillot,Hamon,Hardy,Hervé,Huet,Imbert,Jacob,"
		"Jacquet,Lacombe,Lambert,Langlois,Laporte,Le Gall,Le Goff,Leblanc,Lefèvre,"
		"Lemaître,Leroux,Lévêque,Lucas,Maillard,Mallet,Marchal,Maréchal,Masson,Ménard,"
		"Meunier,Millet,Monnier,Morvan,Noël,Olivier,Pages,Paris,Pasquier,Payet,Pélissier,"
		"Pelletier,Petitjean,Pichon,Poirier,Prévost,Rémy,Renaud,Rey,Rivière,Rolland,"
		"Rossignol,Royer,Sauvage,Schmitt,Tessier,Thibault,Vasseur,Verdier,Vincent,Weber",
	.street =
		"Allée des Tilleuls,Avenue Foch,Avenue Jean Jaurès,Avenue Victor Hugo,"
		"Boulevard de la Liberté,Boulevard Gambetta,Boulevard Voltaire,"
		"Chemin des Écoliers,Chemin Vert,Cours Mirabeau,Grande Rue,Impasse du Puits,"
		"Passage des Arts,Place Bellecour,Place de la Bourse,Place de la République,"
		"Quai de la Fosse,Quai des Brumes,Route de Lyon,Rue Carnot,Rue d'Alsace,"
		"Rue de l'Église,Rue de la Fontaine,Rue de la Paix,Rue de Verdun,Rue des Lilas,"
		"Rue des Remparts,Rue du Château,Rue du Faubourg,Rue du Four,"
		"Rue du Général Leclerc,Rue du Marché,Rue Émile Zola,Rue Molière,Rue Pasteur,"
		"Rue Saint-Honoré,Square des Poètes,Venelle aux Chats",
	.city =
		"Agen,Aix-en-Provence,Ajaccio,Albi,Amiens,Angers,Angoulême,Annecy,Arles,Arras,"
		"Avignon,Bayonne,Beauvais,Besançon,Béziers,Bordeaux,Bourges,Brest,Calais,Cannes,"
		"Carcassonne,Chambéry,Chartres,Cherbourg,Clermont-Ferrand,Colmar,Dijon,Dunkerque,"
		"Évreux,Gap,Grenoble,La Rochelle,Laval,Le Havre,Le Mans,Lille,Limoges,Lorient,"
		"Lyon,Marseille,Metz,Mulhouse,Nancy,Nantes,Narbonne,Nevers,Nice,Nîmes,Niort,"
		"Orléans,Paris,Pau,Perpignan,Poitiers,Quimper,Reims,Rennes,Rouen,Saint-Étienne,"
		"Saint-Malo,Strasbourg,Tarbes,Toulon,Toulouse,Tours,Troyes,Valence,Vannes",
	.state =
		"Ain,Aisne,Allier,Ardèche,Aude,Aveyron,Calvados,Cantal,Charente,Corrèze,"
		"Côte-d'Or,Creuse,Dordogne,Doubs,Drôme,Eure-et-Loir,Gard,Gers,Gironde,Hérault,"
		"Ille-et-Vilaine,Isère,Landes,Loire,Lot,Lozère,Manche,Marne,Mayenne,Meuse,"
		"Morbihan,Moselle,Nièvre,Nord,Oise,Orne,Pas-de-Calais,Puy-de-Dôme,"
		"Pyrénées-Orientales,Rhône,Sarthe,Savoie,Somme,Tarn,Var,Vaucluse,Vendée,Vienne,"
		"Vosges,Yonne,Yvelines",
	.double_first = "-",
	.double_first_percent = 14,
	.double_last = "-",
	.double_last_percent = 8,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "0[1-5]-##-##-##-##",
	.cell = "06-##-##-##-##",
	.id_name = "INSEE",
	.id_value = "%g%y%0######## ##",
};
/* clang-format on */
