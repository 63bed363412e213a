#include "pdf/scan.h"

#include "pdf/scan_content.h"
#include "pdf/scan_image.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

enum { ANNOTATIONS_MAX = 256, FIELDS_MAX = 4096, FIELD_DEPTH_MAX = 16 };

struct tc_scan {
  void *map; /* the whole file, so that qpdf reads it without a second copy */
  size_t size;
  tc_qpdf *qpdf;
  tc_scan_limits limits;
  size_t page_count, signature_count;
};

tc_scan_limits tc_scan_limits_default(void)
{
  return (tc_scan_limits){
      .max_bytes = 512UL << 20, .max_pages = 1000, .max_content_bytes = 32UL << 20, .max_image_bytes = 512UL << 20};
}

void tc_scan_page_finish(tc_scan_page *page)
{
  tc_pdf_image_finish(&page->image);
  free(page->annotations);
  *page = (tc_scan_page){0};
}

void tc_scan_destroy(tc_scan *scan)
{
  if (scan == NULL)
    return;
  tc_qpdf_destroy(scan->qpdf);
  if (scan->map != NULL)
    munmap(scan->map, scan->size);
  free(scan);
}

size_t tc_scan_page_count(const tc_scan *scan) { return scan->page_count; }
size_t tc_scan_signature_count(const tc_scan *scan) { return scan->signature_count; }

static bool map_file(tc_scan *scan, int fd, tc_error *err)
{
  struct stat status;
  if (fstat(fd, &status) != 0)
    return tc_fail_errno(err, TC_IO, errno, "the PDF cannot be read");
  if (status.st_size <= 0)
    return tc_fail(err, TC_FORMAT, "the PDF is empty");
  if ((uint64_t)status.st_size > scan->limits.max_bytes)
    return tc_fail(err, TC_LIMIT, "the PDF has %lld bytes; pdf.max_bytes allows %zu", (long long)status.st_size,
                   scan->limits.max_bytes);
  void *map = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (map == MAP_FAILED)
    return tc_fail_errno(err, TC_IO, errno, "the PDF cannot be mapped");
  scan->map = map;
  scan->size = (size_t)status.st_size;
  return true;
}

/* Lets go of the file's pages that were read: they come back from the file when they are wanted again. */
static void release_memory(tc_scan *scan)
{
  qpdf_oh_release_all(scan->qpdf);
  madvise(scan->map, scan->size, MADV_DONTNEED);
}

/* 12.7.4.5: a signature field that has its value. Fields form a tree; FT may be inherited. */
static size_t count_signatures(tc_qpdf *q, qpdf_oh fields, bool inherited, unsigned depth, size_t *left)
{
  size_t found = 0, count = tc_qpdf_count(q, fields);
  for (size_t i = 0; i<count && * left> 0; i++) {
    --*left;
    qpdf_oh field = tc_qpdf_at(q, fields, i), kind = tc_qpdf_get(q, field, "/FT");
    bool is_signature = qpdf_oh_is_null(q, kind) ? inherited : tc_qpdf_name_is(q, kind, "/Sig");
    if (is_signature && qpdf_oh_is_dictionary(q, tc_qpdf_get(q, field, "/V")))
      found++;
    if (depth < FIELD_DEPTH_MAX)
      found += count_signatures(q, tc_qpdf_get(q, field, "/Kids"), is_signature, depth + 1, left);
  }
  return found;
}

static bool open_document(tc_scan *scan, tc_error *err)
{
  if (!tc_qpdf_open((tc_bytes){scan->map, scan->size}, &scan->qpdf, err))
    return false;
  tc_qpdf *q = scan->qpdf;
  if (qpdf_is_encrypted(q))
    return tc_fail(err, TC_ENCRYPTED, "the PDF is encrypted; remove its protection and give it again");
  int pages = qpdf_get_num_pages(q);
  if (!tc_qpdf_check(q, "the PDF's pages cannot be read", err))
    return false;
  if (pages <= 0)
    return tc_fail(err, TC_FORMAT, "the PDF has no pages");
  if ((size_t)pages > scan->limits.max_pages)
    return tc_fail(err, TC_LIMIT, "the PDF has %d pages; pdf.max_pages allows %zu", pages, scan->limits.max_pages);
  scan->page_count = (size_t)pages;
  qpdf_push_inherited_attributes_to_page(q);
  if (!tc_qpdf_check(q, "the PDF's pages cannot be read", err))
    return false;
  size_t left = FIELDS_MAX;
  qpdf_oh form = tc_qpdf_get(q, qpdf_get_root(q), "/AcroForm");
  scan->signature_count = count_signatures(q, tc_qpdf_get(q, form, "/Fields"), false, 0, &left);
  return tc_qpdf_check(q, "the PDF's form cannot be read", err);
}

bool tc_scan_open(int fd, const tc_scan_limits *limits, tc_scan **out, tc_error *err)
{
  tc_auto(tc_scan) scan = calloc(1, sizeof *scan);
  if (scan == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a PDF");
  scan->limits = limits != NULL ? *limits : tc_scan_limits_default();
  if (!map_file(scan, fd, err))
    return false;
  /* Readers take a header anywhere in the first 1,024 bytes (ISO 32000-1, annex H). */
  if (memmem(scan->map, scan->size < 1024 ? scan->size : 1024, "%PDF-", 5) == NULL)
    return tc_fail(err, TC_FORMAT, "not a PDF");
  if (!open_document(scan, err))
    return false;
  *out = tc_steal(&scan);
  return true;
}

/* 14.11.2: the crop box defaults to, and is cut to, the media box. 7.7.3.3: Rotate, UserUnit. */
static bool read_geometry(tc_qpdf *q, qpdf_oh page, tc_scan_page *out, tc_error *err)
{
  if (!tc_qpdf_rect(q, tc_qpdf_get(q, page, "/MediaBox"), &out->media_box))
    return tc_fail(err, TC_FORMAT, "the page has no media box");
  tc_pdf_rect media = out->media_box, crop = media;
  if (tc_qpdf_rect(q, tc_qpdf_get(q, page, "/CropBox"), &crop))
    crop = (tc_pdf_rect){fmax(crop.left, media.left), fmax(crop.bottom, media.bottom), fmin(crop.right, media.right),
                         fmin(crop.top, media.top)};
  if (crop.right - crop.left < 1e-3 || crop.top - crop.bottom < 1e-3)
    crop = media;
  double width = crop.right - crop.left, height = crop.top - crop.bottom;
  if (!(width >= 1e-3 && height >= 1e-3 && width < 1e6 && height < 1e6))
    return tc_fail(err, TC_FORMAT, "the page has no size");
  out->crop_box = crop;
  long long rotate = tc_qpdf_integer(q, tc_qpdf_get(q, page, "/Rotate"), 0);
  out->rotate = rotate % 90 == 0 ? (int)((rotate % 360 + 360) % 360) : 0;
  double unit = tc_qpdf_number(q, tc_qpdf_get(q, page, "/UserUnit"), 1);
  out->user_unit = unit > 0 && unit <= 1000 ? unit : 1;
  bool across = out->rotate == 90 || out->rotate == 270;
  out->width = (across ? height : width) * out->user_unit;
  out->height = (across ? width : height) * out->user_unit;
  return true;
}

/* User space → the displayed page. */
static tc_pdf_matrix display_matrix(const tc_scan_page *page)
{
  tc_pdf_rect crop = page->crop_box;
  tc_pdf_matrix to_unit =
      tc_pdf_matrix_then(tc_pdf_matrix_move(-crop.left, -crop.bottom),
                         tc_pdf_matrix_scale(1 / (crop.right - crop.left), 1 / (crop.top - crop.bottom)));
  tc_pdf_matrix turned = tc_pdf_matrix_then(to_unit, tc_pdf_matrix_turn(page->rotate));
  return tc_pdf_matrix_then(turned, tc_pdf_matrix_scale(page->width, page->height));
}

static void read_annotation(tc_qpdf *q, qpdf_oh annotation, tc_scan_annotation *out)
{
  const char *subtype = tc_qpdf_name(q, tc_qpdf_get(q, annotation, "/Subtype"));
  snprintf(out->subtype, sizeof out->subtype, "%s", *subtype == '/' ? subtype + 1 : subtype);
  (void)tc_qpdf_rect(q, tc_qpdf_get(q, annotation, "/Rect"), &out->rect); /* stays empty where there is none */
  qpdf_oh parent = tc_qpdf_get(q, annotation, "/Parent");
  out->is_signature = tc_qpdf_name_is(q, tc_qpdf_get(q, annotation, "/FT"), "/Sig") ||
                      tc_qpdf_name_is(q, tc_qpdf_get(q, parent, "/FT"), "/Sig");
  long long flags = tc_qpdf_integer(q, tc_qpdf_get(q, annotation, "/F"), 0);
  const long long hidden = 1 << 1, no_view = 1 << 5; /* table 165 */
  out->is_visible = (flags & (hidden | no_view)) == 0 && out->rect.right > out->rect.left &&
                    out->rect.top > out->rect.bottom &&
                    !qpdf_oh_is_null(q, tc_qpdf_get(q, tc_qpdf_get(q, annotation, "/AP"), "/N"));
}

static bool read_annotations(tc_qpdf *q, qpdf_oh page, tc_scan_page *out, tc_error *err)
{
  qpdf_oh list = tc_qpdf_get(q, page, "/Annots");
  size_t count = tc_qpdf_count(q, list);
  if (count > ANNOTATIONS_MAX)
    count = ANNOTATIONS_MAX;
  if (count == 0)
    return true;
  out->annotations = calloc(count, sizeof *out->annotations);
  if (out->annotations == NULL)
    return tc_fail(err, TC_NO_MEMORY, "no memory for a page's annotations");
  out->annotation_count = count;
  for (size_t i = 0; i < count; i++)
    read_annotation(q, tc_qpdf_at(q, list, i), &out->annotations[i]);
  return true;
}

static bool find_painting(tc_scan *scan, size_t index, tc_scan_page *page, tc_scan_painting *painting, tc_error *err)
{
  tc_qpdf *q = scan->qpdf;
  if (index >= scan->page_count)
    return tc_fail(err, TC_USAGE, "the PDF has no page %zu", index + 1);
  qpdf_oh object = qpdf_get_page_n(q, index);
  if (!read_geometry(q, object, page, err) || !read_annotations(q, object, page, err))
    return false;
  tc_error failed = {0};
  if (!tc_scan_painting_of(q, object, page->crop_box, scan->limits.max_content_bytes, painting, &failed)) {
    if (failed.code != TC_UNSUPPORTED) {
      if (err != NULL && err->code == TC_OK)
        *err = failed;
      return false;
    }
    painting->because = "the content is packed in an unusual way";
  }
  return tc_qpdf_check(q, "the page cannot be read", err);
}

bool tc_scan_read_page(tc_scan *scan, size_t index, tc_scan_page *out, tc_error *err)
{
  tc_auto(tc_scan_page) page = {0};
  tc_scan_painting painting = {0};
  bool ok = find_painting(scan, index, &page, &painting, err);
  page.because = painting.because;
  page.words_hidden = painting.words_hidden;
  page.image_only = painting.because == NULL;
  if (ok && page.image_only) {
    ok = tc_scan_image_describe(scan->qpdf, painting.image, &page.image, err) &&
         tc_qpdf_check(scan->qpdf, "the page's image cannot be read", err);
    page.placement = tc_pdf_matrix_then(painting.placement, display_matrix(&page));
  }
  release_memory(scan);
  if (!ok)
    return tc_error_prefix(err, "page %zu", index + 1);
  *out = page;
  page = (tc_scan_page){0};
  return true;
}

static bool read_bytes(tc_scan *scan, size_t index, bool samples, tc_buf *out, tc_error *err)
{
  tc_auto(tc_scan_page) page = {0};
  tc_scan_painting painting = {0};
  if (!find_painting(scan, index, &page, &painting, err))
    return false;
  if (painting.because != NULL)
    return tc_fail(err, TC_USAGE, "the page is not one image: %s", painting.because);
  if (!samples)
    return tc_scan_image_bytes(scan->qpdf, painting.image, scan->limits.max_image_bytes, out, err);
  return tc_scan_image_describe(scan->qpdf, painting.image, &page.image, err) &&
         tc_scan_image_samples(scan->qpdf, painting.image, &page.image, scan->limits.max_image_bytes, out, err);
}

bool tc_scan_read_image(tc_scan *scan, size_t index, tc_buf *out, tc_error *err)
{
  bool ok = read_bytes(scan, index, false, out, err);
  release_memory(scan);
  return ok || tc_error_prefix(err, "page %zu", index + 1);
}

bool tc_scan_read_samples(tc_scan *scan, size_t index, tc_buf *out, tc_error *err)
{
  bool ok = read_bytes(scan, index, true, out, err);
  release_memory(scan);
  return ok || tc_error_prefix(err, "page %zu", index + 1);
}
