/*
 * nat_rs.c - names, places and number formats of Serbia. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_rs = {
	.code = "RS",
	.country = "Serbia",
	.male =
		"Aleksandar,Aleksa,Andrej,Andrija,Arsenije,Blagoje,Boban,Bogdan,Bojan,Borislav,"
		"Boško,Božidar,Branimir,Branko,Bratislav,Budimir,Čedomir,Damjan,Danilo,Darko,"
		"Dejan,Dimitrije,Dragan,Dragoljub,Dragomir,Dušan,Dragutin,Đorđe,Đurađ,Filip,"
		"Gavrilo,Goran,Gojko,Gradimir,Igor,Ilija,Ivan,Jakov,Jovan,Kosta,Krsta,Lazar,"
		"Ljubiša,Ljubomir,Luka,Marko,Matija,Mihajlo,Milan,Mile,Miloš,Milutin,Miodrag,"
		"Mirko,Miroslav,Mladen,Momčilo,Nebojša,Nemanja,Nikola,Novak,Ognjen,Pavle,Petar,"
		"Predrag,Radomir,Radoš,Rade,Ratko,Relja,Sava,Saša,Siniša,Slaviša,Slobodan,"
		"Spasoje,Srđan,Stanko,Stefan,Stevan,Strahinja,Svetozar,Tihomir,Toma,Uroš,"
		"Vasilije,Veljko,Vladan,Vladeta,Vlastimir,Vojin,Vojislav,Vuk,Vukašin,Zoran,"
		"Živojin,Željko",
	.female =
		"Aleksandra,Ana,Anastasija,Andrijana,Anđela,Bojana,Borka,Bosiljka,Božana,"
		"Branislava,Branka,Brankica,Bogdana,Cvijeta,Danica,Danijela,Desanka,Dragana,"
		"Dubravka,Duška,Dunja,Đurđica,Emilija,Gordana,Grozdana,Iskra,Ivana,Ivanka,"
		"Jadranka,Jasmina,Jasna,Jelena,Jelica,Jovanka,Julija,Kosana,Kosara,Ksenija,Lana,"
		"Leposava,Lidija,Ljiljana,Ljubica,Maja,Marija,Marijana,Marina,Mila,Milena,Mileva,"
		"Milica,Milijana,Milka,Minja,Mira,Miroslava,Nada,Nadežda,Nataša,Nevena,Neda,"
		"Olivera,Perunika,Persida,Petra,Radmila,Rajka,Ružica,Sanja,Senka,Slađana,Slavica,"
		"Smilja,Snežana,Sofija,Sonja,Stana,Svetlana,Sunčica,Tamara,Tanja,Tatjana,Teodora,"
		"Tijana,Una,Valentina,Vera,Verica,Vesna,Vida,Višnja,Vukosava,Zagorka,Zora,Zorica,"
		"Živka,Željka",
	.last =
		"Adamović,Aleksić,Anđelković,Antić,Arsić,Avramović,Babić,Bajić,Banović,Bjelić,"
		"Blagojević,Bogdanović,Bogićević,Bojović,Božić,Branković,Bukvić,Ćosić,Čolić,"
		"Cvetković,Dabić,Damnjanović,Davidović,Despotović,Dimitrijević,Dmitrović,Dragić,"
		"Drašković,Dučić,Đokić,Đorđević,Đurić,Erić,Filipović,Gajić,Gavrilović,Grbić,"
		"Grujić,Ilić,Isaković,Ivanović,Jakovljević,Janković,Jelić,Jeremić,Jevtić,"
		"Jovanović,Jovičić,Kalinić,Karanović,Kitić,Knežević,Kojić,Kostić,Krstić,"
		"Kovačević,Lalić,Lazarević,Lazić,Lekić,Lukić,Majstorović,Maksimović,Mandić,Marić,"
		"Marjanović,Matić,Mihajlović,Mijatović,Milanović,Milenković,Miletić,Milić,"
		"Milojević,Milošević,Mirković,Mišić,Mitrović,Mladenović,Momčilović,Nastić,"
		"Nedeljković,Nenadović,Nešić,Nikolić,Novaković,Obradović,Ognjenović,Ostojić,"
		"Pantić,Paunović,Pavić,Pavlović,Perić,Pešić,Petković,Petrović,Popović,Prodanović,"
		"Protić,Radić,Radojević,Radović,Rakić,Ranković,Ristić,Savić,Simić,Spasić,"
		"Stamenković,Stanić,Stanković,Stefanović,Stevanović,Stojanović,Stojković,Šarić,"
		"Šešelj,Subotić,Tadić,Tasić,Tomić,Todorović,Trifunović,Uzelac,Vasić,Veličković,"
		"Vesić,Vidić,Vlajić,Vujić,Vuković,Zarić,Zdravković,Živanović,Žujović",
	.street =
		"Balkanska,Bulevar oslobođenja,Cara Dušana,Cara Lazara ,Cvijićeva,"
		"Desanke Maksimović,Dositejeva,Dunavska,Džordža Vašingtona,Futoška,Glavna,"
		"Gospodska,Hajduk Veljkova ,Ilije Garašanina,Jovana Cvijića,Karađorđeva,"
		"Kneza Mihaila,Kneza Miloša,Kralja Milana,Kralja Petra ,Lipova,Makedonska,"
		"Maršala Birjuzova,Mihajla Pupina,Milutina Milankovića,Nemanjina,Nikole Pašića,"
		"Njegoševa,Obilićev venac,Palmotićeva,Požeška,Prote Mateje ,Resavska,Sarajevska,"
		"Skadarska,Svetog Save,Takovska,Terazije,Topličin venac,Ustanička,Vojvode Stepe ,"
		"Vuka Karadžića,Zmaj Jovina",
	.city =
		"Aleksinac,Apatin,Aranđelovac,Bačka Palanka,Bečej,Bela Crkva,Beograd,Bor,"
		"Bujanovac,Čačak,Ćuprija,Dimitrovgrad,Gornji Milanovac,Inđija,Ivanjica,Jagodina,"
		"Kanjiža,Kikinda,Kladovo,Knjaževac,Kovin,Kraljevo,Kragujevac,Kučevo,Kula,"
		"Lazarevac,Leskovac,Loznica,Mladenovac,Negotin,Niš,Novi Pazar,Novi Sad,Obrenovac,"
		"Pančevo,Paraćin,Petrovac,Pirot,Požarevac,Požega,Priboj,Prijepolje,Prokuplje,"
		"Ruma,Senta,Šabac,Sečanj,Sjenica,Smederevo,Sombor,Sremska Mitrovica,Stara Pazova,"
		"Subotica,Svilajnac,Temerin,Topola,Trstenik,Ub,Užice,Valjevo,Vlasotince,Vršac,"
		"Vrbas,Zlatibor,Zrenjanin",
	.state =
		"Belgrade,Bor,Braničevo,Jablanica,Kolubara,Kosovo,Mačva,Moravica,Nišava,"
		"North Bačka,North Banat,Pčinja,Pirot,Podunavlje,Pomoravlje,Rasina,Raška,"
		"South Bačka,Srem,Šumadija,Toplica,West Bačka,Zaječar,Zlatibor",
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "0[1-3]#-####-###",
	.cell = "06#-####-###",
	.id_name = "SID",
	.id_value = "#########",
};
/* clang-format on */
