#define OMPI_SKIP_MPICXX 1
#include <mpi.h>

// MPI's handles are macros with casts, which Swift does not see.
static inline MPI_Comm mpi_world(void) { return MPI_COMM_WORLD; }
static inline MPI_Datatype mpi_byte(void) { return MPI_BYTE; }
static inline MPI_Datatype mpi_int64(void) { return MPI_INT64_T; }
static inline MPI_Op mpi_maximum(void) { return MPI_MAX; }
static inline MPI_Errhandler mpi_errors_return(void) { return MPI_ERRORS_RETURN; }
static inline int mpi_funneled(void) { return MPI_THREAD_FUNNELED; }
