#include <cblas.h>

// LAPACK's routines are in OpenBLAS, but Debian's headers do not declare them. Fortran passes everything by address,
// matrices by columns, and the length of each text behind the other arguments.

/// Cholesky's factor with complete pivoting of a symmetric positive semidefinite matrix: Pᵀ·A·P = L·Lᵀ.
void dpstrf_(const char *uplo, const blasint *n, double *a, const blasint *lda, blasint *pivots, blasint *rank,
             const double *tolerance, double *work, blasint *info, unsigned long uplo_length);

/// Singular values, by divide and conquer; jobz "N" computes no vectors.
void dgesdd_(const char *jobz, const blasint *m, const blasint *n, double *a, const blasint *lda, double *s, double *u,
             const blasint *ldu, double *vt, const blasint *ldvt, double *work, const blasint *lwork, blasint *iwork,
             blasint *info, unsigned long jobz_length);
