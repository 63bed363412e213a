#include "base/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

struct tc_queue {
  pthread_mutex_t lock;
  pthread_cond_t has_item;
  pthread_cond_t has_room;
  void **ring;
  size_t capacity;
  size_t first;
  size_t count;
  bool closed;
};

bool tc_queue_create(size_t capacity, tc_queue **out, tc_error *err)
{
  tc_queue *queue = calloc(1, sizeof *queue);
  void **ring = calloc(capacity > 0 ? capacity : 1, sizeof *ring);
  if (queue == NULL || ring == NULL) {
    free(queue);
    free(ring);
    return tc_fail(err, TC_NO_MEMORY, "no memory for a queue of %zu items", capacity);
  }
  pthread_mutex_init(&queue->lock, NULL);
  pthread_cond_init(&queue->has_item, NULL);
  pthread_cond_init(&queue->has_room, NULL);
  queue->ring = ring;
  queue->capacity = capacity > 0 ? capacity : 1;
  *out = queue;
  return true;
}

void tc_queue_destroy(tc_queue *queue)
{
  if (queue == NULL)
    return;
  pthread_cond_destroy(&queue->has_room);
  pthread_cond_destroy(&queue->has_item);
  pthread_mutex_destroy(&queue->lock);
  free(queue->ring);
  free(queue);
}

bool tc_queue_push(tc_queue *queue, void *item)
{
  pthread_mutex_lock(&queue->lock);
  while (queue->count == queue->capacity && !queue->closed)
    pthread_cond_wait(&queue->has_room, &queue->lock);
  bool ok = !queue->closed;
  if (ok) {
    queue->ring[(queue->first + queue->count) % queue->capacity] = item;
    queue->count++;
    pthread_cond_signal(&queue->has_item);
  }
  pthread_mutex_unlock(&queue->lock);
  return ok;
}

bool tc_queue_pop(tc_queue *queue, void **out)
{
  pthread_mutex_lock(&queue->lock);
  while (queue->count == 0 && !queue->closed)
    pthread_cond_wait(&queue->has_item, &queue->lock);
  bool ok = queue->count > 0;
  if (ok) {
    *out = queue->ring[queue->first];
    queue->first = (queue->first + 1) % queue->capacity;
    queue->count--;
    pthread_cond_signal(&queue->has_room);
  }
  pthread_mutex_unlock(&queue->lock);
  return ok;
}

void tc_queue_close(tc_queue *queue)
{
  pthread_mutex_lock(&queue->lock);
  queue->closed = true;
  pthread_cond_broadcast(&queue->has_item);
  pthread_cond_broadcast(&queue->has_room);
  pthread_mutex_unlock(&queue->lock);
}

typedef struct share {
  size_t count;
  atomic_size_t next;
  void (*run)(size_t index, void *data);
  void *data;
} share;

static void *work(void *data)
{
  share *all = data;
  for (size_t index; (index = atomic_fetch_add(&all->next, 1)) < all->count;)
    all->run(index, all->data);
  return NULL;
}

bool tc_parallel(size_t count, size_t threads, void (*run)(size_t index, void *data), void *data, tc_error *err)
{
  share all = {.count = count, .run = run, .data = data};
  size_t helpers = threads < count ? threads : count;
  helpers = helpers > 0 ? helpers - 1 : 0;
  pthread_t *ids = calloc(helpers > 0 ? helpers : 1, sizeof *ids);
  if (ids == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for %zu threads", threads);
  /* A thread that the system refuses is no failure: those that run take its share. */
  size_t started = 0;
  while (started < helpers && pthread_create(&ids[started], NULL, work, &all) == 0)
    started++;
  work(&all);
  for (size_t i = 0; i < started; i++)
    pthread_join(ids[i], NULL);
  free(ids);
  return true;
}
