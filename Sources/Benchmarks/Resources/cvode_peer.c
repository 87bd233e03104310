// CVODE (BDF, Newton) with KLU around the functions that the benchmark writes into model.h: right-hand side, analytic
// sparse Jacobian, derived constants, observables. One call integrates a whole population, its tables in memory.
// Built against SUNDIALS 7 (CVODES, whose plain integration is CVODE's) or Debian's SUNDIALS 6.
#ifdef USE_CVODES
#include <cvodes/cvodes.h>
#else
#include <cvode/cvode.h>
#endif
#include <nvector/nvector_serial.h>
#include <sunlinsol/sunlinsol_klu.h>
#include <sunmatrix/sunmatrix_sparse.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include "model.h"

#if SUNDIALS_VERSION_MAJOR >= 7
typedef sunrealtype real;
#define NO_COMMUNICATOR SUN_COMM_NULL
#else
typedef realtype real;
#define NO_COMMUNICATOR NULL
#endif

static double parameters[PARAMETERS + 1];

static int rates(real t, N_Vector y, N_Vector ydot, void *data) {
    model_rates(&t, N_VGetArrayPointer(y), parameters, N_VGetArrayPointer(ydot));
    return 0;
}

static int jacobian(real t, N_Vector y, N_Vector f, SUNMatrix J, void *data, N_Vector a, N_Vector b, N_Vector c) {
    double values[ENTRIES + 1];
    model_jacobian(&t, N_VGetArrayPointer(y), parameters, values);
    sunindextype *starts = SUNSparseMatrix_IndexPointers(J), *rows = SUNSparseMatrix_IndexValues(J);
    double *x = SUNSparseMatrix_Data(J);
    for (int i = 0; i <= STATES; i++) starts[i] = COLUMN_STARTS[i];
    for (int k = 0; k < ENTRIES; k++) {
        rows[k] = ROWS[k];
        x[k] = values[SLOTS[k]];
    }
    return 0;
}

const char *peer_version(void) { return SUNDIALS_VERSION; }

// statistics: steps, right-hand sides, Jacobians, factorisations, failed error tests, failed patients.
// Returns the number of patients that failed; their tables end where they failed and are marked by NaN.
int peer_run(
    int patients, const double *inputs, double rtol, const double *atol, int doses, const double *dose_times,
    const int *dose_states, const double *dose_amounts, int outputs, const double *times, double *table, double *statistics) {
    SUNContext context;
    SUNContext_Create(NO_COMMUNICATOR, &context);
    N_Vector y = N_VNew_Serial(STATES, context), tolerance = N_VNew_Serial(STATES, context);
    double *x = N_VGetArrayPointer(y);
    memcpy(N_VGetArrayPointer(tolerance), atol, STATES * sizeof(double));
    memset(x, 0, STATES * sizeof(double));
    void *solver = CVodeCreate(CV_BDF, context);
    CVodeInit(solver, rates, times[0], y);
    CVodeSVtolerances(solver, rtol, tolerance);
    CVodeSetMaxNumSteps(solver, 20000);  // in a day; the whole of a patient takes some thousands
    CVodeSetMaxHnilWarns(solver, -1);
#if SUNDIALS_VERSION_MAJOR >= 7
    SUNContext_ClearErrHandlers(context);
#else
    CVodeSetErrFile(solver, NULL);
#endif
    SUNMatrix J = SUNSparseMatrix(STATES, STATES, ENTRIES, CSC_MAT, context);
    SUNLinearSolver linear = SUNLinSol_KLU(y, J, context);
    CVodeSetLinearSolver(solver, linear, J);
    CVodeSetJacFn(solver, jacobian);
    memset(statistics, 0, 6 * sizeof(double));
    int failures = 0;
    for (int p = 0; p < patients; p++) {
        double *row = table + (size_t)p * outputs * OBSERVABLES;
        double t = times[0];
        memset(parameters, 0, sizeof parameters);
        memcpy(parameters, inputs + (size_t)p * INPUTS, INPUTS * sizeof(double));
        model_derive(parameters);
        model_initial(&t, parameters, x);
        int dose = 0, bad = 0, fresh = 1;
        for (int i = 0; i < outputs && !bad; i++) {
            while (!bad && dose < doses && dose_times[dose] <= times[i]) {
                double at = dose_times[dose];
                if (at > t) {
                    if (fresh) { CVodeReInit(solver, t, y); fresh = 0; }
                    CVodeSetStopTime(solver, at);
                    while (!bad && t < at) bad = CVode(solver, at, y, &t, CV_NORMAL) < 0;
                    t = at;
                }
                while (dose < doses && dose_times[dose] <= at) {
                    x[dose_states[dose]] += dose_amounts[dose];
                    dose++;
                }
                if (!fresh) {
                    long s, f, j, l, e;
                    CVodeGetNumSteps(solver, &s); CVodeGetNumRhsEvals(solver, &f); CVodeGetNumJacEvals(solver, &j);
                    CVodeGetNumLinSolvSetups(solver, &l); CVodeGetNumErrTestFails(solver, &e);
                    statistics[0] += s; statistics[1] += f; statistics[2] += j; statistics[3] += l; statistics[4] += e;
                    fresh = 1;
                }
            }
            if (!bad && times[i] > t) {
                if (fresh) { CVodeReInit(solver, t, y); fresh = 0; }
                if (dose < doses) CVodeSetStopTime(solver, dose_times[dose]);
                else CVodeSetStopTime(solver, times[outputs - 1]);
                bad = CVode(solver, times[i], y, &t, CV_NORMAL) < 0;
            }
            model_observe(&t, x, parameters, row + (size_t)i * OBSERVABLES);
        }
        if (!fresh) {
            long s, f, j, l, e;
            CVodeGetNumSteps(solver, &s); CVodeGetNumRhsEvals(solver, &f); CVodeGetNumJacEvals(solver, &j);
            CVodeGetNumLinSolvSetups(solver, &l); CVodeGetNumErrTestFails(solver, &e);
            statistics[0] += s; statistics[1] += f; statistics[2] += j; statistics[3] += l; statistics[4] += e;
        }
        if (bad) {
            failures++;
            row[0] = NAN;
        }
    }
    statistics[5] = failures;
    SUNLinSolFree(linear);
    SUNMatDestroy(J);
    N_VDestroy(y);
    N_VDestroy(tolerance);
    CVodeFree(&solver);
    SUNContext_Free(&context);
    return failures;
}
