/*
 * Clocks to measure with. Threading: any.
 */
#pragma once

/* Seconds since some moment, never set back. */
double tc_clock_seconds(void);
/* Seconds of processor that this process has used: what a stage costs, whatever else the machine does meanwhile. */
double tc_clock_processor_seconds(void);
