// Preloaded into a server: delays fsync and fdatasync, and counts them in a shared file.
//
// BENCH_SYNC_DELAY_US   delay of each call
// BENCH_SYNC_COUNTS     file of two 64-bit counters: fsync, fdatasync
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

static _Atomic uint64_t *counts;
static long delay_us;
static int (*real_fsync)(int);
static int (*real_fdatasync)(int);

__attribute__((constructor)) static void prepare(void) {
  real_fsync = (int (*)(int))dlsym(RTLD_NEXT, "fsync");
  real_fdatasync = (int (*)(int))dlsym(RTLD_NEXT, "fdatasync");
  const char *delay = getenv("BENCH_SYNC_DELAY_US");
  delay_us = delay ? atol(delay) : 0;
  const char *path = getenv("BENCH_SYNC_COUNTS");
  int file = path ? open(path, O_RDWR | O_CREAT, 0600) : -1;
  if (file < 0 || ftruncate(file, 16) != 0) return;
  void *shared = mmap(NULL, 16, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (shared != MAP_FAILED) counts = shared;
}

static void note(int which) {
  if (counts) atomic_fetch_add(&counts[which], 1);
  if (delay_us > 0) {
    struct timespec pause = {delay_us / 1000000, (delay_us % 1000000) * 1000};
    nanosleep(&pause, NULL);
  }
}

int fsync(int file) {
  note(0);
  return real_fsync(file);
}

int fdatasync(int file) {
  note(1);
  return real_fdatasync(file);
}
