/*
 * fdlibm.h - exp, log, log10 and pow, bit for bit as Java's StrictMath gives them. (The C library's
 * are as good, but differ in the last digit, from one version to the next too.) Built without
 * contraction of a * b + c: see the Makefile.
 */
#ifndef SQL_FDLIBM_H
#define SQL_FDLIBM_H

double fdlibm_exp(double x);
double fdlibm_log(double x);
double fdlibm_log10(double x);
/* As Java has it: pow(1, NaN) and pow(-1, infinity) are NaN. */
double fdlibm_pow(double x, double y);

#endif
