/*
 * nat_in.c - names, places and number formats of India. See nationality.h.
 */
#include "simulator/nationality.h"

/* clang-format off */
const struct nationality nationality_in = {
	.code = "IN",
	.country = "India",
	.male =
		"Aarav,Abhishek,Aditya,Ajay,Akash,Amit,Anand,Aniket,Anil,Arjun,Arnav,Ashok,"
		"Bharat,Chetan,Deepak,Dev,Dhruv,Dinesh,Farhan,Ganesh,Gaurav,Girish,Gopal,Harish,"
		"Hemant,Hitesh,Imran,Ishaan,Jatin,Karan,Kartik,Kiran,Krishna,Kunal,Lalit,Mahesh,"
		"Manish,Manoj,Mohan,Mukesh,Nakul,Naveen,Nikhil,Nitin,Omkar,Pankaj,Parth,Pranav,"
		"Prakash,Rahul,Rajesh,Rakesh,Ramesh,Ravi,Ritesh,Rohan,Sachin,Sameer,Sandeep,"
		"Sanjay,Shivam,Siddharth,Sunil,Suresh,Tarun,Tushar,Uday,Varun,Vijay,Vikram,Vinay,"
		"Vivek,Yash,Yusuf",
	.female =
		"Aditi,Aishwarya,Alka,Amrita,Ananya,Anita,Anjali,Aparna,Archana,Asha,Avni,"
		"Bhavana,Chitra,Deepika,Devika,Diya,Divya,Ekta,Falguni,Gauri,Geeta,Hema,Indira,"
		"Ira,Isha,Jaya,Jyoti,Kajal,Kalpana,Kamala,Kavita,Kiara,Komal,Lakshmi,Lata,Leela,"
		"Madhuri,Mala,Manisha,Meena,Meera,Megha,Mira,Mythili,Namrata,Nandini,Neha,Nidhi,"
		"Nisha,Padma,Pallavi,Parvati,Payal,Pooja,Prerna,Priya,Rachna,Radha,Rani,Rashmi,"
		"Rekha,Ritu,Rupa,Sadhana,Sangeeta,Sapna,Sarita,Savitri,Seema,Shalini,Sharmila,"
		"Shilpa,Sita,Smita,Sneha,Sonal,Sudha,Sunita,Swati,Tanvi,Trisha,Uma,Usha,Vandana,"
		"Vidya,Yamini",
	.last =
		"Agarwal,Ahuja,Ansari,Apte,Bakshi,Balakrishnan,Bansal,Basu,Bhagat,Bhandari,"
		"Bhardwaj,Bhatia,Bhatt,Bhattacharya,Bose,Chakraborty,Chandra,Chatterjee,Chauhan,"
		"Chopra,Choudhary,Das,Deshmukh,Deshpande,Dhawan,Dixit,Dutta,Fernandes,Gandhi,"
		"Ganguly,Ghosh,Goel,Gokhale,Gopalan,Goswami,Gupta,Hegde,Iyengar,Iyer,Jadhav,Jain,"
		"Jha,Joshi,Kadam,Kamath,Kapadia,Kapoor,Kashyap,Kaul,Khanna,Kohli,Krishnamurthy,"
		"Kulkarni,Lal,Lobo,Madan,Mahajan,Malhotra,Malik,Mathur,Mehra,Mehta,Menon,Mishra,"
		"Mistry,Mittal,Modak,Mukherjee,Nagarajan,Naidu,Nair,Nambiar,Narayan,Nath,Oberoi,"
		"Ojha,Pandey,Parekh,Parmar,Patil,Patnaik,Pawar,Pillai,Prabhu,Prasad,Purohit,"
		"Qureshi,Raghavan,Raina,Rajput,Raman,Rana,Ranganathan,Rao,Rastogi,Rathore,Raut,"
		"Reddy,Roy,Sachdeva,Saini,Sahu,Sarkar,Sawant,Saxena,Sen,Sethi,Shah,Sharma,Shenoy,"
		"Shinde,Shukla,Sinha,Sodhi,Solanki,Soni,Srinivasan,Subramanian,Sundaram,Swamy,"
		"Talwar,Tandon,Thakur,Thomas,Tiwari,Trivedi,Upadhyay,Varghese,Varma,Venkatesh,"
		"Verma,Vyas,Wadhwa,Yadav",
	.street =
		"Anna Salai,Ashram Rd,Bannerghatta Rd,Brigade Rd,Chandni Chowk,College St,"
		"Commercial St,Connaught Circus,DN Nagar Rd,FC Rd,Gandhi Marg,Hill Rd,Janpath,"
		"JM Rd,Jubilee Hills Rd,Laxmi Rd,Linking Rd,MG Rd,Mall Rd,Marine Drive,"
		"Nehru Place,Netaji Subhash Marg,Outer Ring Rd,Palace Rd,Park St,Pedder Rd,"
		"Race View Rd,Rashbehari Ave,Residency Rd,SV Rd,Sardar Patel Marg,"
		"Senapati Bapat Rd,Station Rd,Tank Bund Rd,Tilak Rd,Tonk Rd,Usman Rd,"
		"Veer Savarkar Marg",
	.city =
		"Ahmedabad,Ajmer,Aligarh,Allahabad,Amravati,Amritsar,Aurangabad,Bareilly,Belgaum,"
		"Bengaluru,Bhopal,Bhubaneswar,Bikaner,Bilaspur,Chandigarh,Chennai,Coimbatore,"
		"Cuttack,Dehradun,Delhi,Dhanbad,Durgapur,Erode,Faridabad,Gaya,Ghaziabad,"
		"Gorakhpur,Guntur,Gurgaon,Guwahati,Gwalior,Hubli,Hyderabad,Imphal,Indore,"
		"Jabalpur,Jaipur,Jalandhar,Jammu,Jamshedpur,Jhansi,Jodhpur,Kanpur,Kochi,Kolhapur,"
		"Kolkata,Kota,Kozhikode,Lucknow,Ludhiana,Madurai,Mangalore,Meerut,Mumbai,Mysuru,"
		"Nagpur,Nashik,Noida,Patna,Puducherry,Raipur,Rajkot,Ranchi,Rourkela,Salem,"
		"Shillong,Shimla,Siliguri,Solapur,Srinagar,Surat,Thane,Thrissur,Tirupati,Udaipur,"
		"Ujjain,Vadodara,Varanasi,Vellore,Vijayawada,Visakhapatnam,Warangal",
	.state =
		"Andhra Pradesh,Arunachal Pradesh,Assam,Bihar,Chhattisgarh,Goa,Gujarat,Haryana,"
		"Himachal Pradesh,Jharkhand,Karnataka,Kerala,Madhya Pradesh,Maharashtra,Manipur,"
		"Meghalaya,Mizoram,Nagaland,Odisha,Punjab,Rajasthan,Sikkim,Tamil Nadu,Telangana,"
		"Tripura,Uttar Pradesh,Uttarakhand,West Bengal",
	.postcode_min = 10000,
	.postcode_max = 99999,
	.phone = "[7-9]#########",
	.cell = "[7-9]#########",
	.id_name = "UIDAI",
	.id_value = "############",
};
/* clang-format on */
