/*
 * nat_es.c - names, places and number formats of Spain. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_es = {
	.code = "ES",
	.country = "Spain",
	.male =
		"Adrián,Agustín,Alberto,Alejandro,Alfonso,Álvaro,Andrés,Ángel,Antonio,Arturo,"
		"Bruno,César,Cristian,Daniel,David,Diego,Eduardo,Emilio,Enrique,Ernesto,Felipe,"
		"Félix,Fernando,Francisco,Gabriel,Gerardo,Gonzalo,Guillermo,Héctor,Hugo,Ignacio,"
		"Iker,Isaac,Iván,Jaime,Javier,Joaquín,Jordi,Jorge,José,Juan,Julián,Julio,Lorenzo,"
		"Lucas,Manuel,Marcos,Mario,Martín,Mateo,Miguel,Nicolás,Óscar,Pablo,Pedro,Rafael,"
		"Ramón,Raúl,Roberto,Rubén,Salvador,Sergio,Tomás,Víctor,Xavier",
	.female =
		"Adela,Alba,Alicia,Amparo,Ana,Andrea,Ángela,Antonia,Aurora,Beatriz,Belén,Blanca,"
		"Carla,Carmen,Carolina,Catalina,Cecilia,Celia,Clara,Concepción,Consuelo,Cristina,"
		"Diana,Dolores,Elena,Elisa,Emilia,Esperanza,Esther,Eva,Fátima,Gloria,Inés,"
		"Inmaculada,Irene,Isabel,Josefa,Juana,Julia,Laia,Laura,Leire,Lola,Lorena,Lucía,"
		"Luisa,Manuela,Margarita,María,Marina,Marta,Mercedes,Miriam,Mónica,Montserrat,"
		"Noelia,Nuria,Olga,Patricia,Paula,Pilar,Raquel,Rocío,Rosa,Sara,Silvia,Sofía,"
		"Sonia,Susana,Teresa,Yolanda",
	.last =
		"Acosta,Aguilar,Aguirre,Alarcón,Alonso,Aranda,Arias,Ballesteros,Barrios,Benítez,"
		"Bermúdez,Blasco,Bravo,Bustos,Caballero,Cáceres,Calvo,Camacho,Campos,Cano,"
		"Carmona,Carrasco,Casado,Castaño,Castro,Cepeda,Cortés,Crespo,Cuesta,Delgado,"
		"Domínguez,Durán,Escudero,Esteban,Expósito,Figueroa,Flores,Fuentes,Galán,"
		"Gallardo,Gallego,Garrido,Gil,Giménez,Guerrero,Heredia,Herrera,Hidalgo,Iglesias,"
		"Izquierdo,Jurado,Lara,León,Lorenzo,Luna,Macías,Marín,Márquez,Medina,Méndez,"
		"Merino,Molina,Mora,Morales,Muñoz,Navarro,Nieto,Núñez,Ortega,Ortiz,Pacheco,"
		"Palacios,Pardo,Parra,Pastor,Peña,Prieto,Quintana,Ramos,Redondo,Rivas,Robles,"
		"Rojas,Román,Rubio,Sáez,Salazar,Santos,Serrano,Soler,Soto,Suárez,Toledo,Valero,"
		"Vargas,Vega,Velasco,Vidal,Villalba,Zamora",
	.street =
		"Avenida de América,Avenida de la Constitución,Avenida del Mar,Calle Ancha,"
		"Calle de Alcalá,Calle de Cervantes,Calle de Goya,Calle de la Luna,"
		"Calle de las Huertas,Calle de Lepanto,Calle de San Juan,Calle de Serrano,"
		"Calle de Velázquez,Calle del Agua,Calle del Carmen,Calle del Horno,"
		"Calle del Olmo,Calle del Príncipe,Calle del Sol,Calle Mayor,Calle Nueva,"
		"Calle Real,Camino Viejo,Carretera de Burgos,Cuesta de Santo Domingo,"
		"Glorieta de Bilbao,Gran Vía,Paseo de Gracia,Paseo de la Alameda,Paseo del Prado,"
		"Plaza de España,Plaza Mayor,Rambla de Cataluña,Ronda de Toledo,"
		"Travesía de la Fuente",
	.city =
		"A Coruña,Albacete,Alcoy,Algeciras,Alicante,Almería,Ávila,Badajoz,Barcelona,"
		"Benidorm,Bilbao,Burgos,Cáceres,Cádiz,Castellón de la Plana,Ceuta,Ciudad Real,"
		"Córdoba,Cuenca,Donostia,Elche,Girona,Granada,Guadalajara,Huelva,Huesca,Jaén,"
		"Jerez de la Frontera,León,Lleida,Logroño,Lorca,Lugo,Madrid,Málaga,Melilla,"
		"Murcia,Ourense,Palencia,Palma,Pamplona,Ponferrada,Pontevedra,Reus,Salamanca,"
		"Santander,Santiago,Segovia,Sevilla,Soria,Tarragona,Teruel,Toledo,Valencia,"
		"Valladolid,Vigo,Zamora,Zaragoza",
	.state =
		"Andalucía,Aragón,Asturias,Canarias,Cantabria,Castilla la Mancha,Castilla y León,"
		"Cataluña,Ceuta,Comunidad de Madrid,Comunidad Valenciana,Extremadura,Galicia,"
		"Islas Baleares,La Rioja,Melilla,Navarra,País Vasco,Región de Murcia",
	.double_first = " ",
	.double_first_percent = 10,
	.double_last = " ",
	.double_last_percent = 10,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "9##-###-###",
	.cell = "6##-###-###",
	.id_name = "DNI",
	.id_value = "########-@",
};
/* clang-format on */
