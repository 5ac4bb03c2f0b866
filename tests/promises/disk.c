// Preloaded into a process: writes down what it does to the files below a folder, and makes one call fail.
//
// DISK_ROOT    the folder
// DISK_LOG     file of records: operation, length of the name, of the other name, of the data, offset, then these
// DISK_FAULT   "CLASS:N:ERRNO": the Nth call of a class (open write sync truncate link rename unlink) fails
// DISK_FULL    a file: while it is there, no file grows and no folder is made, as on a full disk
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { MOST_FILES = 4096 };
static char *names[MOST_FILES];
static const char *root;
static int log_file = -1;
static char fault_class[16];
static const char *full;
static int fault_at, fault_errno, calls_of_class;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

#define REAL(name, result, ...) \
  static result (*real)(__VA_ARGS__); \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

__attribute__((constructor)) static void prepare(void) {
  root = getenv("DISK_ROOT");
  full = getenv("DISK_FULL");
  const char *log = getenv("DISK_LOG"), *fault = getenv("DISK_FAULT");
  int (*open_really)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open");
  if (log) log_file = open_really(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  if (fault) sscanf(fault, "%15[^:]:%d:%d", fault_class, &fault_at, &fault_errno);
}

static int inside(const char *path) { return root && path && strncmp(path, root, strlen(root)) == 0; }

static int fails(const char *class) {
  if (!fault_at || strcmp(class, fault_class) != 0) return 0;
  pthread_mutex_lock(&lock);
  int now = ++calls_of_class == fault_at;
  pthread_mutex_unlock(&lock);
  if (now) errno = fault_errno;
  return now;
}

// What lies within a file may be written again on a full disk; a file may not grow.
static int no_room(int file, off_t end) {
  struct stat now;
  if (!full || access(full, F_OK) != 0 || fstat(file, &now) != 0 || end <= now.st_size) return 0;
  errno = ENOSPC;
  return 1;
}

static void note(char operation, const char *path, const char *other, const void *data, uint64_t length, uint64_t offset) {
  if (log_file < 0) return;
  struct __attribute__((packed)) { char operation; uint32_t path, other; uint64_t data, offset; } head = {
      operation, (uint32_t)strlen(path), other ? (uint32_t)strlen(other) : 0, data ? length : 0, data ? offset : length};
  size_t size = sizeof head + head.path + head.other + head.data;
  char *record = malloc(size), *end = record;
  memcpy(end, &head, sizeof head), end += sizeof head;
  memcpy(end, path, head.path), end += head.path;
  if (other) memcpy(end, other, head.other), end += head.other;
  if (data) memcpy(end, data, head.data);
  ssize_t (*write_really)(int, const void *, size_t) = (ssize_t(*)(int, const void *, size_t))dlsym(RTLD_NEXT, "write");
  if (write_really(log_file, record, size) != (ssize_t)size) abort();
  free(record);
}

static const char *name_of(int file) { return file >= 0 && file < MOST_FILES ? names[file] : NULL; }

static int opened(int file, const char *path, int flags) {
  if (file < 0 || file >= MOST_FILES) return file;
  pthread_mutex_lock(&lock);
  free(names[file]);
  names[file] = strdup(path);
  if (flags & O_CREAT) note('c', path, NULL, NULL, 0, 0);
  if (flags & O_TRUNC) note('t', path, NULL, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  return file;
}

static int open_inside(const char *symbol, const char *path, int flags, mode_t mode) {
  int (*real)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, symbol);
  if (!inside(path)) return real(path, flags, mode);
  if (fails("open")) return -1;
  int is_new = (flags & O_CREAT) && access(path, F_OK) != 0;
  return opened(real(path, flags, mode), path, is_new ? flags : flags & ~O_CREAT);
}

#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & O_CREAT) { va_list list; va_start(list, flags); mode = va_arg(list, mode_t); va_end(list); }

int open(const char *path, int flags, ...) { MODE(flags) return open_inside("open", path, flags, mode); }
int open64(const char *path, int flags, ...) { MODE(flags) return open_inside("open64", path, flags, mode); }

int close(int file) {
  REAL("close", int, int);
  if (name_of(file)) {
    pthread_mutex_lock(&lock);
    free(names[file]);
    names[file] = NULL;
    pthread_mutex_unlock(&lock);
  }
  return real(file);
}

static ssize_t written(int file, const void *data, ssize_t length, off_t offset) {
  if (length > 0) note('w', name_of(file), NULL, data, (uint64_t)length, (uint64_t)offset);
  return length;
}

ssize_t write(int file, const void *data, size_t length) {
  REAL("write", ssize_t, int, const void *, size_t);
  if (!name_of(file)) return real(file, data, length);
  if (fails("write") || no_room(file, lseek(file, 0, SEEK_CUR) + (off_t)length)) return -1;
  pthread_mutex_lock(&lock);
  off_t offset = lseek(file, 0, SEEK_CUR);
  ssize_t done = written(file, data, real(file, data, length), offset);
  pthread_mutex_unlock(&lock);
  return done;
}

static ssize_t write_at(const char *symbol, int file, const void *data, size_t length, off_t offset) {
  ssize_t (*real)(int, const void *, size_t, off_t) =
      (ssize_t(*)(int, const void *, size_t, off_t))dlsym(RTLD_NEXT, symbol);
  if (!name_of(file)) return real(file, data, length, offset);
  if (fails("write") || no_room(file, offset + (off_t)length)) return -1;
  pthread_mutex_lock(&lock);
  ssize_t done = written(file, data, real(file, data, length, offset), offset);
  pthread_mutex_unlock(&lock);
  return done;
}

ssize_t pwrite(int file, const void *data, size_t length, off_t offset) {
  return write_at("pwrite", file, data, length, offset);
}
ssize_t pwrite64(int file, const void *data, size_t length, off_t offset) {
  return write_at("pwrite64", file, data, length, offset);
}

static int truncate_to(const char *symbol, int file, off_t length) {
  int (*real)(int, off_t) = (int (*)(int, off_t))dlsym(RTLD_NEXT, symbol);
  if (!name_of(file)) return real(file, length);
  if (fails("truncate")) return -1;
  int failed = real(file, length);
  pthread_mutex_lock(&lock);
  if (!failed) note('t', name_of(file), NULL, NULL, (uint64_t)length, 0);
  pthread_mutex_unlock(&lock);
  return failed;
}

int ftruncate(int file, off_t length) { return truncate_to("ftruncate", file, length); }
int ftruncate64(int file, off_t length) { return truncate_to("ftruncate64", file, length); }

static int sync_file(const char *symbol, int file) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, symbol);
  if (!name_of(file)) return real(file);
  if (fails("sync")) return -1;
  int failed = real(file);
  pthread_mutex_lock(&lock);
  if (!failed) note('s', name_of(file), NULL, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  return failed;
}

int fsync(int file) { return sync_file("fsync", file); }
int fdatasync(int file) { return sync_file("fdatasync", file); }

static int two_names(const char *symbol, const char *class, char operation, const char *from, const char *to) {
  int (*real)(const char *, const char *) = (int (*)(const char *, const char *))dlsym(RTLD_NEXT, symbol);
  if (!inside(from)) return real(from, to);
  if (fails(class)) return -1;
  int failed = real(from, to);
  pthread_mutex_lock(&lock);
  if (!failed) note(operation, from, to, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  return failed;
}

int link(const char *from, const char *to) { return two_names("link", "link", 'l', from, to); }
int rename(const char *from, const char *to) { return two_names("rename", "rename", 'r', from, to); }

int linkat(int at, const char *from, int other, const char *to, int flags) {
  REAL("linkat", int, int, const char *, int, const char *, int);
  if (at == AT_FDCWD && other == AT_FDCWD && inside(from)) return link(from, to);
  return real(at, from, other, to, flags);
}

int unlink(const char *path) {
  REAL("unlink", int, const char *);
  if (!inside(path)) return real(path);
  if (fails("unlink")) return -1;
  int failed = real(path);
  pthread_mutex_lock(&lock);
  if (!failed) note('u', path, NULL, NULL, 0, 0);
  pthread_mutex_unlock(&lock);
  return failed;
}

int mkdir(const char *path, mode_t mode) {
  REAL("mkdir", int, const char *, mode_t);
  if (inside(path) && full && access(full, F_OK) == 0) {
    errno = ENOSPC;
    return -1;
  }
  int failed = real(path, mode);
  if (!failed && inside(path)) {
    pthread_mutex_lock(&lock);
    note('d', path, NULL, NULL, 0, 0);
    pthread_mutex_unlock(&lock);
  }
  return failed;
}
