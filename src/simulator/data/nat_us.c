/*
 * nat_us.c - names, places and number formats of the United States. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_us = {
	.code = "US",
	.country = "United States",
	.male =
		"Aaron,Abraham,Adrian,Alan,Alvin,Andre,Anthony,Austin,Barry,Benjamin,Bernard,"
		"Brandon,Brent,Bryan,Calvin,Carl,Cesar,Chad,Charles,Chester,Clarence,Clifton,"
		"Clyde,Cody,Corey,Curtis,Dale,Damon,Darrell,Derrick,Dewayne,Donald,Douglas,Duane,"
		"Dwight,Earl,Eddie,Edgar,Elmer,Ernest,Eugene,Everett,Felix,Floyd,Francisco,"
		"Franklin,Frederick,Gerald,Gilbert,Glen,Guy,Harvey,Hector,Herbert,Herman,Howard,"
		"Ivan,Jerome,Jared,Jason,Jimmie,Joel,Jonathan,Juan,Julian,Justin,Kent,Kirk,Kurt,"
		"Lamar,Lance,Lawrence,Leroy,Lester,Lloyd,Lonnie,Luther,Manuel,Marcus,Marvin,"
		"Maurice,Melvin,Milton,Morris,Nathaniel,Norman,Omar,Otis,Philip,Ramon,Randall,"
		"Reginald,Roderick,Roland,Roosevelt,Ruben,Rudy,Rufus,Sidney,Stanley,Tommie,"
		"Travis,Tyrone,Vernon,Virgil,Wade,Wallace,Wendell,Wesley,Willard,Willis",
	.female =
		"Agnes,Alberta,Allison,Alma,Alyssa,Angela,Annette,Antoinette,Ashley,Belinda,"
		"Bernice,Bessie,Beth,Bonnie,Brandi,Brittany,Carmen,Carrie,Cassandra,Charmaine,"
		"Cheryl,Christy,Colleen,Courtney,Crystal,Darlene,Dawn,Debra,Della,Denise,Desiree,"
		"Dolores,Dora,Edna,Eileen,Elaine,Ella,Eloise,Essie,Ethel,Evelyn,Flora,Frances,"
		"Gail,Genevieve,Geraldine,Gladys,Gloria,Gwendolyn,Hattie,Heather,Hilda,Ida,Irma,"
		"Jackie,Jeanette,Jenna,Jessie,Jill,Jodi,Joyce,Juanita,Kara,Kathryn,Kelli,Kristin,"
		"Kristina,Latoya,Laverne,Leona,Leslie,Lillie,Lois,Lorraine,Lucille,Lynette,Mandy,"
		"Marcia,Marsha,Maxine,Melinda,Mildred,Minnie,Misty,Monique,Myrtle,Nadine,Naomi,"
		"Nellie,Nina,Olga,Opal,Pauline,Pearl,Peggy,Phyllis,Priscilla,Ramona,Renee,Rhonda,"
		"Robyn,Rochelle,Roberta,Sheri,Sherry,Stacie,Stephanie,Sylvia,Tabitha,Tasha,"
		"Thelma,Toni,Tonya,Valerie,Velma,Vera,Vicky,Viola,Violet,Wanda,Whitney,Willie,"
		"Wilma,Yvonne",
	.last =
		"Abernathy ,Acevedo,Albright,Alston,Atkins,Avery,Ballard,Barrera,Bartlett,Becker,"
		"Benson,Blackwell,Blevins,Booker ,Bowers,Boyd,Bradshaw,Briggs,Bullock,Burch,"
		"Cabrera,Caldwell,Cannon,Cantrell,Carey,Carver,Chandler,Clayton,Clemons,Coffey,"
		"Combs,Conley,Conway,Cortez,Crosby,Cummings,Dalton,Daugherty,Delacruz,Dillard,"
		"Dodson,Dotson,Downs,Duke,Dyer,Eaton,Emerson,Espinoza,Estes,Farley,Finley,"
		"Fitzgerald,Flowers,Forbes,Foster,Franks,Frost,Fuentes,Gaines,Galloway,Garrison,"
		"Gentry,Glover,Goodman,Gould,Greer,Griffith,Guzman,Haley,Hampton,Hardin,Harrell,"
		"Hatfield,Haynes,Hendrix,Herring,Hodge,Holcomb,Holt,Horne,House,Hubbard,Huffman,"
		"Hurst,Hutchinson,Ingram,Jarvis,Joyner,Kaufman,Keith,Kemp,Kirby,Kirkland,"
		"Lancaster,Landry,Leblanc,Lindsey,Livingston,Lowery,Lyons,Mack,Madden,Mahoney,"
		"Marquez,Massey,Maxwell,Mayer ,McBride,McClain,McConnell,McCullough,McDaniel,"
		"McFarland,McKnight,Meadows,Mercado,Merritt,Middleton,Monroe,Morrow,Mosley,"
		"Mullins,Neal,Newton,Nichols,Noble,Norris,Odom,O'Dell,Ortega,Osborne,Pace,"
		"Parrish,Peck,Pennington,Petty,Phelps,Pickett,Pittman,Poole,Pratt,Prince,Pruitt,"
		"Ramsey,Randolph,Rasmussen,Rivas,Robertson,Rosario,Rowland,Rush,Salinas,Sanford,"
		"Savage,Schroeder,Shaffer,Shelton,Sherman,Shields,Skinner,Sloan,Snow,Spence,"
		"Stafford,Stark,Stokes,Strickland,Summers,Tanner,Terrell,Tillman,Trevino,"
		"Trujillo,Tyson,Underwood,Valenzuela,Vaughn,Velasquez,Villarreal ,Wagner,Walters,"
		"Ware,Weaver,Weeks,Whitaker,Whitehead,Wiggins,Wilcox,Wilder,Wilkerson,Winters,"
		"Wolfe,Woodard,Wooten,Workman,Yates,Zamora",
	.street =
		"Apple Blossom Way,Blossom Hill Rd,Bluebonnet Ln,Broadmoor Blvd,Bronco Trl,"
		"Camden Ave,Canyon Rim Dr,Cardinal Ct,Cedar Creek Rd,Cherokee Trl,Clearwater Ave,"
		"Cottonwood Ln,County Road 12,Cypress Point Dr,Dogwood Ave,E 42nd St,"
		"Eagle Pass Rd,Elmwood Ave,Fairground Rd,Founders Way,Franklin Blvd,Garfield St,"
		"Granite Peak Dr,Harvest Moon Ln,Hickory Hollow Rd,Homestead Rd,Ironwood Cir,"
		"Jefferson Ave,Juniper St,Lakeview Ter,Lincoln Blvd,Longhorn Dr,Magnolia St,"
		"Main St,Meadowlark Ln,Mesquite Ave,Mill Pond Rd,N 3rd St,Nutmeg Ct,"
		"Oak Hollow Dr,Orchard Park Rd,Palmetto Dr,Pine Needle Ct,Pioneer Rd,"
		"Prairie Dog Run,Quail Run Dr,Redwood Hwy,Ridge Crest Rd,Rosewood Ln,S Harbor Dr,"
		"Sagebrush Rd,Silver Spur Trl,Spring Valley Rd,Sunflower St,Sycamore St,"
		"Timber Creek Dr,Valley View Rd,W 7th Ave,Wagon Wheel Rd,Willow Bend Dr,"
		"Wildflower Way,Woodland Ave",
	.city =
		"Akron,Albany,Albuquerque,Amarillo,Anchorage,Ann Arbor,Asheville,Atlanta,Austin,"
		"Bakersfield,Baltimore,Baton Rouge,Billings,Birmingham,Bismarck,Boise,Boston,"
		"Boulder,Buffalo,Burlington,Cedar Rapids,Charleston,Charlotte,Chattanooga,"
		"Cheyenne,Chicago,Cincinnati,Cleveland,Columbia,Columbus,Corpus Christi,Dallas,"
		"Dayton,Denver,Des Moines,Detroit,Duluth,Durham,El Paso,Eugene,Fargo,Flagstaff,"
		"Fort Wayne,Fresno,Galveston,Grand Rapids,Green Bay,Greensboro,Hartford,Helena,"
		"Honolulu,Houston,Huntsville,Indianapolis,Jackson,Jacksonville,Juneau,"
		"Kansas City,Knoxville,Lansing,Laramie,Las Cruces,Las Vegas,Lexington,Lincoln,"
		"Little Rock,Los Angeles,Louisville,Lubbock,Madison,Memphis,Miami,Milwaukee,"
		"Minneapolis,Missoula,Mobile,Montgomery,Nashville,New Haven,New Orleans,Norfolk,"
		"Oakland,Ogden,Oklahoma City,Olympia,Omaha,Orlando,Pensacola,Peoria,Philadelphia,"
		"Phoenix,Pittsburgh,Portland,Providence,Provo,Raleigh,Rapid City,Reno,Richmond,"
		"Roanoke,Rochester,Rockford,Sacramento,Saint Paul,Salem,Salt Lake City,"
		"San Antonio,San Diego,Santa Fe,Savannah,Scranton,Seattle,Shreveport,Sioux Falls,"
		"Spokane,Springfield,St. Louis,Syracuse,Tacoma,Tallahassee,Tampa,Toledo,Topeka,"
		"Tucson,Tulsa,Wichita,Wilmington,Worcester,Yuma",
	.state =
		"Alabama,Alaska,Arizona,Arkansas,California,Colorado,Connecticut,Delaware,"
		"Florida,Georgia,Hawaii,Idaho,Illinois,Indiana,Iowa,Kansas,Kentucky,Louisiana,"
		"Maine,Maryland,Massachusetts,Michigan,Minnesota,Mississippi,Missouri,Montana,"
		"Nebraska,Nevada,New Hampshire,New Jersey,New Mexico,New York,North Carolina,"
		"North Dakota,Ohio,Oklahoma,Oregon,Pennsylvania,Rhode Island,South Carolina,"
		"South Dakota,Tennessee,Texas,Utah,Vermont,Virginia,Washington,West Virginia,"
		"Wisconsin,Wyoming",
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "([2-9]##) ###-####",
	.cell = "([2-9]##) ###-####",
	.id_name = "SSN",
	.id_value = "###-##-####",
};
/* clang-format on */
