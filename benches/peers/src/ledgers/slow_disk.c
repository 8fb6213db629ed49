/* Preloaded into a server, makes every sync take a millisecond longer, which is nearer to a disk over a network. */

#define _GNU_SOURCE
#include <dlfcn.h>
#include <time.h>

static int slowly(const char *name, int file)
{
	const struct timespec millisecond = { .tv_nsec = 1000000 };
	int (*sync)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);

	nanosleep(&millisecond, NULL);
	return sync(file);
}

int fsync(int file)
{
	return slowly("fsync", file);
}

int fdatasync(int file)
{
	return slowly("fdatasync", file);
}
