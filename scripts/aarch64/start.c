/* A program without a C library: memory for Embedded Swift, one line of text for each record, and two Linux system
   calls. */
typedef unsigned long u64;
typedef long word;
void probe_all(void);

static long call(long n, long a, long b, long c) {
  register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2) : "memory");
  return x0;
}
enum { WRITE = 64, EXIT_GROUP = 94 };

u64 __stack_chk_guard = 0x595e9fbd94fda766ul;
void __stack_chk_fail(void) { call(EXIT_GROUP, 99, 0, 0); for (;;) {} }
/* volatile, or the compiler makes each a call of itself. */
void *memset(void *p, int v, u64 n) { for (u64 i = 0; i < n; i++) ((volatile char *)p)[i] = (char)v; return p; }
void *memcpy(void *p, const void *q, u64 n) {
  for (u64 i = 0; i < n; i++) ((volatile char *)p)[i] = ((const char *)q)[i];
  return p;
}
void *memmove(void *p, const void *q, u64 n) {
  if ((u64)p <= (u64)q) return memcpy(p, q, n);
  while (n--) ((volatile char *)p)[n] = ((const char *)q)[n];
  return p;
}
void arc4random_buf(void *p, u64 n) { memset(p, 4, n); }

/* Blocks of powers of two, each with its class in the 64 bytes before it; what is freed waits in its class's list. */
static char heap[256 << 20] __attribute__((aligned(64)));
static u64 top;
static char *waiting[64];
int posix_memalign(void **p, u64 alignment, u64 size) {
  int class = 6;
  while (((u64)1 << class) < size) class++;
  char *block = waiting[class];
  if (block) waiting[class] = *(char **)block;
  else {
    if (top + 64 + ((u64)1 << class) > sizeof heap) return 12;
    block = heap + top + 64;
    top += 64 + ((u64)1 << class);
    *(u64 *)(block - 64) = class;
  }
  *p = block;
  return (u64)block & (alignment - 1) ? 22 : 0;
}
void free(void *p) {
  if (!p) return;
  u64 class = *(u64 *)((char *)p - 64);
  *(char **)p = waiting[class];
  waiting[class] = p;
}

static char line[512];
static int at;
static void number(u64 v, u64 base, int width) {
  char d[24];
  int n = 0;
  do { d[n++] = "0123456789abcdef"[v % base]; v /= base; } while (v || n < width);
  while (n) line[at++] = d[--n];
  line[at++] = ' ';
}

/* name kind id bits hash canonical-hash count nans */
void put_record(const char *name, word kind, word id, word bits, u64 raw, u64 canonical, word count, word nans) {
  at = 0;
  while (*name) line[at++] = *name++;
  line[at++] = ' ';
  number(kind, 10, 1); number(id, 10, 1); number(bits, 10, 1); number(raw, 16, 16); number(canonical, 16, 16);
  number(count, 10, 1); number(nans, 10, 1);
  line[at - 1] = '\n';
  call(WRITE, 1, (long)line, at);
}

void start(void) { probe_all(); call(EXIT_GROUP, 0, 0, 0); for (;;) {} }
__asm__(".globl _start\n_start: mov x29, xzr\n bl start\n");
