#include "imaging/format.h"

#include "base/file.h"

#include <assert.h>
#include <errno.h>
#include <string.h>

typedef struct magic {
  tc_format format;
  size_t offset, size;
  const char *bytes;
} magic;

/* In order: the first that fits decides. */
static const magic magics[] = {
    {TC_FORMAT_JPEG, 0, 3, "\xff\xd8\xff"},
    {TC_FORMAT_PNG, 0, 8, "\x89PNG\r\n\x1a\n"},
    {TC_FORMAT_TIFF, 0, 4, "II*\0"},
    {TC_FORMAT_TIFF, 0, 4, "MM\0*"},
    {TC_FORMAT_TIFF, 0, 4, "II+\0"},
    {TC_FORMAT_TIFF, 0, 4, "MM\0+"},
    {TC_FORMAT_JP2, 0, 12, "\0\0\0\x0cjP  \r\n\x87\n"},
    {TC_FORMAT_JP2, 0, 4, "\xff\x4f\xff\x51"},
    {TC_FORMAT_GIF, 0, 4, "GIF8"},
    {TC_FORMAT_AVIF, 4, 8, "ftypavif"},
    {TC_FORMAT_AVIF, 4, 8, "ftypavis"},
    {TC_FORMAT_HEIF, 4, 7, "ftyphei"},
    {TC_FORMAT_HEIF, 4, 7, "ftyphev"},
    {TC_FORMAT_HEIF, 4, 8, "ftypmif1"},
    {TC_FORMAT_HEIF, 4, 8, "ftypmsf1"},
    {TC_FORMAT_JBIG2, 0, 8, "\x97JB2\r\n\x1a\n"},
    {TC_FORMAT_DJVU, 0, 8, "AT&TFORM"},
    {TC_FORMAT_PSD, 0, 4, "8BPS"},
    {TC_FORMAT_JXL, 0, 2, "\xff\x0a"},
    {TC_FORMAT_JXL, 0, 12, "\0\0\0\x0cJXL \r\n\x87\n"},
    {TC_FORMAT_ICO, 0, 4, "\0\0\1\0"},
    {TC_FORMAT_OFFICE_OLE, 0, 8, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"},
    {TC_FORMAT_ZIP, 0, 4, "PK\3\4"},
    {TC_FORMAT_ZIP, 0, 4, "PK\5\6"},
    {TC_FORMAT_GZIP, 0, 2, "\x1f\x8b"},
    {TC_FORMAT_RAR, 0, 6, "Rar!\x1a\7"},
    {TC_FORMAT_7ZIP, 0, 6, "7z\xbc\xaf\x27\x1c"},
    {TC_FORMAT_EXECUTABLE, 0, 4,
     "\x7f"
     "ELF"},
    {TC_FORMAT_EXECUTABLE, 0, 4, "MZ\x90\0"},
    {TC_FORMAT_POSTSCRIPT, 0, 4, "%!PS"},
};

typedef struct format_row {
  const char *name, *media_type;
} format_row;

static const format_row format_rows[TC_FORMAT_COUNT] = {
    [TC_FORMAT_UNKNOWN] = {"a file of an unknown kind", NULL},
    [TC_FORMAT_EMPTY] = {"an empty file", NULL},
    [TC_FORMAT_JPEG] = {"a JPEG image", "image/jpeg"},
    [TC_FORMAT_PNG] = {"a PNG image", "image/png"},
    [TC_FORMAT_TIFF] = {"a TIFF image", "image/tiff"},
    [TC_FORMAT_PDF] = {"a PDF", "application/pdf"},
    [TC_FORMAT_JP2] = {"a JPEG 2000 image", "image/jp2"},
    [TC_FORMAT_GIF] = {"a GIF image", "image/gif"},
    [TC_FORMAT_BMP] = {"a BMP image", "image/bmp"},
    [TC_FORMAT_WEBP] = {"a WebP image", "image/webp"},
    [TC_FORMAT_HEIF] = {"an HEIF image", "image/heif"},
    [TC_FORMAT_AVIF] = {"an AVIF image", "image/avif"},
    [TC_FORMAT_JBIG2] = {"a JBIG2 image", "image/x-jbig2"},
    [TC_FORMAT_DJVU] = {"a DjVu file", "image/vnd.djvu"},
    [TC_FORMAT_PSD] = {"a Photoshop image", "image/vnd.adobe.photoshop"},
    [TC_FORMAT_JXL] = {"a JPEG XL image", "image/jxl"},
    [TC_FORMAT_ICO] = {"an icon", "image/vnd.microsoft.icon"},
    [TC_FORMAT_PNM] = {"a PNM image", "image/x-portable-anymap"},
    [TC_FORMAT_SVG] = {"an SVG drawing", "image/svg+xml"},
    [TC_FORMAT_XML] = {"an XML text", "text/xml"},
    [TC_FORMAT_HTML] = {"a web page", "text/html"},
    [TC_FORMAT_POSTSCRIPT] = {"a PostScript file", "application/postscript"},
    [TC_FORMAT_OFFICE_OLE] = {"an older office document", "application/x-ole-storage"},
    [TC_FORMAT_ZIP] = {"an office document or an archive", "application/zip"},
    [TC_FORMAT_GZIP] = {"a compressed file", "application/gzip"},
    [TC_FORMAT_RAR] = {"an archive", "application/vnd.rar"},
    [TC_FORMAT_7ZIP] = {"an archive", "application/x-7z-compressed"},
    [TC_FORMAT_EXECUTABLE] = {"a program", "application/x-executable"},
    [TC_FORMAT_TEXT] = {"a text", "text/plain"},
};

static bool contains(tc_bytes bytes, const char *text)
{
  return memmem(bytes.data, bytes.size, text, strlen(text)) != NULL;
}

static bool starts_with(tc_bytes bytes, const char *text)
{
  size_t size = strlen(text);
  return bytes.size >= size && memcmp(bytes.data, text, size) == 0;
}

/* Bytes that a text in any encoding based on ASCII may have. */
static bool is_text(tc_bytes bytes)
{
  for (size_t i = 0; i < bytes.size; i++) {
    uint8_t c = bytes.data[i];
    if ((c < 0x20 && c != '\t' && c != '\n' && c != '\r' && c != '\f') || c == 0x7f)
      return false;
  }
  return true;
}

static tc_format sniff_text(tc_bytes head)
{
  if (!is_text(head))
    return TC_FORMAT_UNKNOWN;
  if (contains(head, "<svg"))
    return TC_FORMAT_SVG;
  if (contains(head, "<html") || contains(head, "<HTML") || contains(head, "<!DOCTYPE html"))
    return TC_FORMAT_HTML;
  return starts_with(head, "<?xml") ? TC_FORMAT_XML : TC_FORMAT_TEXT;
}

tc_format tc_format_sniff(tc_bytes head)
{
  if (head.size == 0 || head.data == NULL)
    return TC_FORMAT_EMPTY;
  if (head.size > TC_FORMAT_SNIFF_SIZE)
    head.size = TC_FORMAT_SNIFF_SIZE;
  for (size_t i = 0; i < TC_ARRAY_LEN(magics); i++) {
    const magic *row = &magics[i];
    size_t size = row->size;
    if (head.size >= row->offset + size && memcmp(head.data + row->offset, row->bytes, size) == 0)
      return row->format;
  }
  if (head.size >= 12 && starts_with(head, "RIFF") && memcmp(head.data + 8, "WEBP", 4) == 0)
    return TC_FORMAT_WEBP;
  /* ISO 32000-2, annex I: readers look for the header in the first 1024 bytes. */
  if (contains(head, "%PDF-"))
    return TC_FORMAT_PDF;
  if (head.size >= 14 && starts_with(head, "BM") && head.data[6] == 0 && head.data[7] == 0 && head.data[8] == 0)
    return TC_FORMAT_BMP;
  if (head.size >= 3 && head.data[0] == 'P' && head.data[1] >= '1' && head.data[1] <= '7' &&
      (head.data[2] == '\n' || head.data[2] == ' ' || head.data[2] == '\r'))
    return TC_FORMAT_PNM;
  return sniff_text(head);
}

bool tc_format_of_fd(int fd, tc_format *out, tc_error *err)
{
  uint8_t head[TC_FORMAT_SNIFF_SIZE];
  size_t size = 0;
  while (size < sizeof head) {
    ssize_t got = pread(fd, head + size, sizeof head - size, (off_t)size);
    if (got < 0 && errno == EINTR)
      continue;
    if (got < 0)
      return tc_fail_errno(err, TC_IO, errno, "the file cannot be read");
    if (got == 0)
      break;
    size += (size_t)got;
  }
  *out = tc_format_sniff((tc_bytes){head, size});
  return true;
}

static const format_row *row_of(tc_format format)
{
  assert((int)format >= 0 && format < TC_FORMAT_COUNT);
  return &format_rows[format];
}

const char *tc_format_name(tc_format format) { return row_of(format)->name; }

const char *tc_format_media_type(tc_format format)
{
  const char *type = row_of(format)->media_type;
  return type != NULL ? type : "application/octet-stream";
}

bool tc_format_is_capture(tc_format format)
{
  return format == TC_FORMAT_JPEG || format == TC_FORMAT_PNG || format == TC_FORMAT_TIFF || format == TC_FORMAT_WEBP ||
         format == TC_FORMAT_HEIF || format == TC_FORMAT_PDF;
}

bool tc_format_require_capture(tc_format format, tc_error *err)
{
  if (tc_format_is_capture(format))
    return true;
  bool no_image = format == TC_FORMAT_EMPTY || format == TC_FORMAT_UNKNOWN || format == TC_FORMAT_TEXT;
  return tc_fail(err, no_image ? TC_FORMAT : TC_UNSUPPORTED,
                 "this is %s: give a JPEG, PNG, TIFF, WebP or HEIC image or a scanned PDF", tc_format_name(format));
}
