/*
 * nat_mx.c - names, places and number formats of Mexico. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_mx = {
	.code = "MX",
	.country = "Mexico",
	.male =
		"Abel,Adán,Alan,Alfredo,Amado,Ariel,Armando,Arturo,Baltazar,Benito,Camilo,Carlos,"
		"Cipriano,Claudio,Cruz,Cuauhtémoc,Damián,Darío,Demetrio,Edgar,Efraín,Eleazar,"
		"Elías,Emiliano,Emmanuel,Erick,Esteban,Eusebio,Fabián,Federico,Fidel,Gael,Germán,"
		"Gilberto,Gregorio,Hernán,Hilario,Homero,Horacio,Humberto,Isidro,Ismael,Jacinto,"
		"Jesús,Joel,Josué,Leonel,Leopoldo,Luciano,Luis,Marcial,Mariano,Mauro,Maximiliano,"
		"Memo,Moisés,Nahuel,Natanael,Neftalí,Noé,Octavio,Omar,Orlando,Osvaldo,Pascual,"
		"Porfirio,Refugio,Rodolfo,Rogelio,Rosendo,Saúl,Santiago,Teodoro,Ulises,Uriel,"
		"Valentín,Vicente,Wilfrido,Zacarías",
	.female =
		"Abril,Adriana,Aideé,Alejandra,Alondra,Amalia,Anahí,Angélica,Araceli,Areli,"
		"Ariadna,Azucena,Berenice,Brenda,Citlali,Citlalli,Clementina,Cynthia,Dafne,"
		"Daniela,Delfina,Dulce,Edith,Eloísa,Elvira,Eréndira,Erika,Estefanía,Estela,"
		"Fabiola,Fernanda,Flor,Frida,Gisela,Graciela,Guadalupe,Herlinda,Hilda,Hortensia,"
		"Itzel,Ivonne,Jimena,Karla,Lidia,Liliana,Linda,Lourdes,Luz,Magdalena,Maribel,"
		"Maricela,Marisol,Maritza,Mayra,Melisa,Micaela,Minerva,Miroslava,Nayeli,Norma,"
		"Nubia,Ofelia,Paloma,Perla,Petra,Quetzalli,Ramona,Rebeca,Regina,Renata,Rosalía,"
		"Rosaura,Rufina,Selene,Socorro,Soledad,Tania,Ximena,Xóchitl,Yadira,Yaretzi,"
		"Yesenia,Zulema",
	.last =
		"Abrego,Aceves,Alanís,Alcántara,Alemán,Almanza,Alvarado,Amador,Anaya,Aparicio,"
		"Arellano,Armendáriz,Arreola,Arriaga,Arroyo,Avendaño,Ayala,Baca,Bañuelos,Barajas,"
		"Barragán,Becerra,Beltrán,Betancourt,Bonilla,Bórquez,Burgos,Cabrera,Calderón,"
		"Camarena,Cantú,Cárdenas,Carranza,Carrillo,Casillas,Castañeda,Cavazos,Cázares,"
		"Cervantes,Chávez,Cisneros,Colín,Contreras,Cordero,Corona,Coronado,Covarrubias,"
		"Cuéllar,Dávila,de Anda,de la Cruz,de la Torre,del Río,Elizondo,Enríquez,"
		"Escalante,Escobedo,Espinoza,Esquivel,Farías,Galindo,Gálvez,Gaona,Garza,Godínez,"
		"Granados,Guajardo,Guevara,Gutiérrez,Haro,Hinojosa,Huerta,Ibarra,Jaramillo,"
		"Juárez,Ledesma,Lerma,Limón,Loera,Lozano,Luévano,Madrigal,Maldonado,Manzanares,"
		"Mata,Mejía,Mireles,Mondragón,Montoya,Murillo,Narváez,Nava,Negrete,Ocampo,Ochoa,"
		"Olivares,Orozco,Padilla,Palomino,Paredes,Pedraza,Perales,Pineda,Ponce,Quezada,"
		"Quiñones,Rangel,Rentería,Reyna,Rincón,Rivera,Rocha,Rosales,Ruelas,Salcedo,"
		"Saldaña,Sandoval,Santillán,Segovia,Sepúlveda,Sierra,Solís,Tamayo,Tapia,Terrazas,"
		"Tovar,Trejo,Treviño,Urbina,Uribe,Valadez,Valdez,Velázquez,Villa,Villanueva,"
		"Villarreal,Villaseñor,Zambrano,Zapata,Zaragoza,Zavala,Zúñiga",
	.street =
		"Andador Jacarandas,Avenida 5 de Mayo,Avenida Central,Avenida de los Insurgentes,"
		"Avenida Juárez,Avenida Las Torres,Avenida Reforma,Boulevard Aeropuerto,"
		"Boulevard Costero,Calle 16 de Septiembre,Calle Aldama,Calle Allende,"
		"Calle del Mercado,Calle Hidalgo,Calle Matamoros,Calle Morelos,"
		"Calle Niños Héroes,Calle Ocampo,Calle Pino Suárez,Calle Progreso,Calle Zaragoza,"
		"Callejón del Beso,Calzada de Guadalupe,Calzada Independencia,Carretera Nacional,"
		"Cerrada de los Pinos,Circuito Interior,Diagonal Norte,Eje Central,"
		"Paseo de la Rosa,Periférico Sur,Privada Azucenas,Prolongación Madero,"
		"Retorno del Lago,Viaducto Tlalpan",
	.city =
		"Acapulco,Aguascalientes,Apatzingán,Cabo San Lucas,Campeche,Cancún,Celaya,"
		"Chetumal,Chihuahua,Chilpancingo,Ciudad Juárez,Ciudad Valles ,Coatzacoalcos,"
		"Colima,Comitán,Córdoba,Cuautla,Cuernavaca,Culiacán,Durango,Ensenada,Fresnillo,"
		"Guadalajara,Guanajuato,Guaymas,Hermosillo,Iguala,Irapuato,La Paz,"
		"Lagos de Moreno ,León de los Aldama ,Los Mochis,Manzanillo,Matehuala,Mazatlán,"
		"Mérida,Mexicali,Minatitlán,Monclova,Monterrey,Morelia,Nogales,Oaxaca de Juárez ,"
		"Orizaba,Pachuca,Papantla,Parral,Piedras Negras ,Poza Rica ,Puebla,"
		"Puerto Vallarta,Querétaro,Reynosa,Salamanca,Saltillo,San Cristóbal,"
		"San Luis Potosí,Tampico,Tapachula,Taxco,Tehuacán,Tepic,Texcoco,Tijuana,Tlaxcala,"
		"Toluca,Torreón,Tuxtla Gutiérrez,Uruapan,Veracruz,Villahermosa,Xalapa,Zacatecas,"
		"Zamora,Zihuatanejo",
	.state =
		"Aguascalientes,Baja California,Baja California Sur,Campeche,Chiapas,Chihuahua,"
		"Coahuila,Colima,Durango,Estado de México,Guanajuato,Guerrero,Hidalgo,Jalisco,"
		"Michoacán,Morelos,Nayarit,Nuevo León,Oaxaca,Puebla,Querétaro,Quintana Roo,"
		"San Luis Potosí,Sinaloa,Sonora,Tabasco,Tamaulipas,Tlaxcala,Veracruz,Yucatán,"
		"Zacatecas",
	.double_first = " ",
	.double_first_percent = 12,
	.double_last = " ",
	.double_last_percent = 6,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "(6##) ### ####",
	.cell = "(6##) ### ####",
	.id_name = "NSS",
	.id_value = "## ## ## #### #",
};
/* clang-format on */
