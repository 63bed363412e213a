/*
 * A page as a picture for people: the capture, upright, at most `width` pixels wide, as JPEG.
 */
#include "pipeline/tasks.h"

#include "imaging/picture.h"
#include "pipeline/capture.h"

bool tc_task_picture(const tc_worker_request *request, tc_worker_reply *reply, tc_error *err)
{
  tc_auto(tc_capture) capture = NULL;
  if (!tc_task_needs_fds(request, 1, 0, err) || !tc_task_open_capture(request, 0, &capture, err))
    return false;
  size_t index = (size_t)tc_json_get_integer(request->arguments, "page", 0);
  int width = (int)tc_json_get_integer(request->arguments, "width", 1200);
  if (index >= tc_capture_page_count(capture))
    return tc_fail(err, TC_NOT_FOUND, "there is no page %zu", index + 1);
  tc_auto(tc_image) image = NULL;
  tc_auto(tc_fd) fd = -1;
  if (!tc_capture_decode(capture, index, &image, err) || !tc_picture_write(image, width, &fd, err))
    return false;
  reply->result = tc_json_object();
  tc_json_set_text(reply->result, "media_type", "image/jpeg");
  reply->fds[reply->fd_count++] = tc_fd_steal(&fd);
  return true;
}
