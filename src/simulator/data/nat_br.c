/*
 * nat_br.c - names, places and number formats of Brazil. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_br = {
	.code = "BR",
	.country = "Brazil",
	.male =
		"Afonso,Alexandre,Anderson,André,Antônio,Arthur,Benício,Bernardo,Bruno,Caio,"
		"Carlos,Cauã,César,Cristiano,Daniel,Danilo,Davi,Diego,Edson,Eduardo,Emanuel,Enzo,"
		"Fábio,Felipe,Fernando,Flávio,Gabriel,Gilberto,Guilherme,Gustavo,Heitor,Henrique,"
		"Hugo,Ítalo,João,Joaquim,José,Júlio,Kauê,Leandro,Lorenzo,Lucas,Luís,Marcelo,"
		"Márcio,Mateus,Maurício,Miguel,Murilo,Nícolas,Otávio,Paulo,Rafael,Renato,Ricardo,"
		"Rodrigo,Sérgio,Thiago,Vinícius,Yuri",
	.female =
		"Adriana,Alícia,Aline,Amanda,Ana,Beatriz,Bianca,Bruna,Camila,Carolina,Cecília,"
		"Clarice,Cláudia,Cristina,Daniela,Débora,Eduarda,Elisa,Emília,Fabiana,Fátima,"
		"Fernanda,Flávia,Gabriela,Giovana,Helena,Heloísa,Inês,Isabela,Ísis,Joana,Júlia,"
		"Juliana,Larissa,Laura,Letícia,Lívia,Lúcia,Luísa,Manuela,Márcia,Mariana,Marina,"
		"Melissa,Mônica,Natália,Olívia,Patrícia,Priscila,Rafaela,Regina,Renata,Sabrina,"
		"Sofia,Tatiana,Valentina,Vanessa,Vitória,Yara,Zélia",
	.last =
		"Abreu,Albuquerque,Almeida,Alvarenga,Amaral,Andrade,Antunes,Araújo,Assunção,"
		"Azevedo,Bandeira,Barbosa,Bezerra,Bittencourt,Borges,Braga,Brandão,Brito,Cabral,"
		"Caldeira,Camargo,Campos,Cardoso,Carvalho,Castro,Cavalcante,Chaves,Coelho,"
		"Cordeiro,Corrêa,Couto,Cunha,da Mata,da Veiga,de Lima,do Carmo,Duarte,Esteves,"
		"Falcão,Farias,Figueiredo,Fonseca,Franco,Furtado,Galvão,Garcia,Godói,Gouveia,"
		"Guimarães,Lacerda,Leitão,Macedo,Machado,Magalhães,Marinho,Medeiros,Meireles,"
		"Mendonça,Menezes,Mesquita,Miranda,Nogueira,Nóbrega,Pacheco,Paiva,Peçanha,"
		"Pinheiro,Queiroz,Rezende,Sampaio,Siqueira,Tavares,Toledo,Valadares,Vasconcelos,"
		"Xavier,Zanetti",
	.street =
		"Alameda das Acácias ,Alameda dos Ipês ,Avenida Atlântica ,Avenida Beira-Mar ,"
		"Avenida Brasil ,Avenida Central,Avenida das Américas ,Avenida Dom Pedro II ,"
		"Avenida Getúlio Vargas ,Avenida Ipiranga,Avenida Paulista,Avenida Tiradentes ,"
		"Ladeira da Misericórdia ,Largo do Machado ,Praça da República ,Praça da Sé,"
		"Rua Augusta ,Rua Bahia ,Rua Castro Alves ,Rua Cecília Meireles ,"
		"Rua da Consolação,Rua das Flores ,Rua das Laranjeiras ,Rua do Comércio ,"
		"Rua do Ouvidor ,Rua Dom Bosco,Rua Goiás ,Rua Jorge Amado ,Rua José Bonifácio ,"
		"Rua Machado de Assis ,Rua Monteiro Lobato,Rua Onze de Agosto ,Rua Paraná,"
		"Rua Santa Clara,Rua Santos Dumont ,Rua Sergipe,Rua Tupi,Travessa do Sol ",
	.city =
		"Anápolis,Aracaju,Araraquara,Bauru,Belém,Belo Horizonte,Blumenau,Boa Vista,"
		"Brasília,Campina Grande,Campinas,Caruaru,Cascavel,Caxias do Sul,Cuiabá,Curitiba,"
		"Divinópolis,Feira de Santana,Florianópolis,Fortaleza,Foz do Iguaçu,Franca,"
		"Goiânia,Guarulhos,Ilhéus,João Pessoa,Joinville,Juazeiro do Norte,Juiz de Fora,"
		"Jundiaí,Londrina,Macapá,Maceió,Manaus,Marília,Maringá,Mossoró,Natal,Niterói,"
		"Olinda,Palmas,Pelotas,Porto Alegre,Porto Velho,Recife,Ribeirão Preto,Salvador,"
		"Santarém,São Luís,Sorocaba,Teresina,Vitória",
	.state =
		"Acre,Alagoas,Amapá,Amazonas,Bahia,Ceará,Distrito Federal,Espírito Santo,Goiás,"
		"Maranhão,Mato Grosso,Mato Grosso do Sul,Minas Gerais,Pará,Paraíba,Paraná,"
		"Pernambuco,Piauí,Rio de Janeiro,Rio Grande do Norte,Rio Grande do Sul,Rondônia,"
		"Roraima,Santa Catarina,São Paulo,Sergipe,Tocantins",
	.double_first = " ",
	.double_first_percent = 14,
	.double_last = " ",
	.double_last_percent = 14,
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "(##) ####-####",
	.cell = "(##) ####-####",
	.id_name = "CPF",
	.id_value = "###.###.###-##",
};
/* clang-format on */
