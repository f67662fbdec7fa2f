// Sharing out the work of a region: the leader posts one job after the other, each cut into as many
// parts as there are threads; whoever is there takes a part. Only the leader walks the program. A
// thread that the system has put aside holds up nobody with work it has not begun, and a part
// computes the same bits on any thread.
#ifndef JITC_BACKENDS_CPU_CREW_H
#define JITC_BACKENDS_CPU_CREW_H
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum { CREW_MOST = 64 };  // threads

typedef struct Job {
  void (*run)(const void *what, int64_t part, int64_t nparts);
  const void *what;
} Job;

typedef struct Crew {
  int n;                          // parts of every job
  Job job;                        // of the running turn: changed only while no part of it is left
  _Alignas(64) atomic_uint turn;  // number of the job; 0: none yet
  _Alignas(64) atomic_int left;   // its parts that are not finished
  atomic_bool over;
  struct {
    _Alignas(64) atomic_uint turn;  // the last job of which this part was taken
  } taken[CREW_MOST];
} Crew;

void crew_init(Crew *c, int n);
// The leader: runs all parts of a job together with the others; returns when they are done.
void crew_run(Crew *c, Job job);
// The leader: no further job comes.
void crew_dismiss(Crew *c);
// Another thread, 1..n-1: helps until crew_dismiss.
void crew_help(Crew *c, int thread);
#endif
