#include "service/server.h"

#include <signal.h>

static sigset_t stop_set(void)
{
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

void tc_block_stop_signals(void)
{
  sigset_t set = stop_set();
  pthread_sigmask(SIG_BLOCK, &set, NULL);
}

void tc_wait_for_stop(void)
{
  sigset_t set = stop_set();
  int received;
  sigwait(&set, &received);
}
