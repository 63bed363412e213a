/*
 * The font file of the word layer: the TrueType tables that an embedded CIDFontType2 needs (ISO 32000-1, 9.9, table
 * 126; OpenType 1.9 for each table), with two empty glyphs of half an em.
 */
#include "pdf/word_layer.h"

#include <string.h>

typedef struct table {
  char tag[5];
  const uint8_t *data;
  size_t size;
} table;

static const uint8_t head[54] = {
    0,    1,    0,    0,    0, 1, 0, 0, /* version, revision */
    0,    0,    0,    0,                /* checkSumAdjustment: filled in */
    0x5F, 0x0F, 0x3C, 0xF5, 0, 4,       /* magic; flags */
    0x03, 0xE8,                         /* unitsPerEm 1000 */
    0,    0,    0,    0,    0, 0, 0, 0, /* created */
    0,    0,    0,    0,    0, 0, 0, 0, /* modified */
    0,    0,    0xFF, 0x38,             /* xMin 0, yMin -200 */
    0x01, 0xF4, 0x03, 0x20,             /* xMax 500, yMax 800 */
    0,    0,    0,    8,    0, 2,       /* macStyle, lowestRecPPEM, direction */
    0,    0,    0,    0                 /* short loca */
};
static const uint8_t hhea[36] = {0,    1,    0, 0, 0x03, 0x20, 0xFF, 0x38, 0, 0, /* ascent 800, descent -200 */
                                 0x01, 0xF4, 0, 0, 0,    0,    0,    0,    0, 1, /* advance 500; caret upright */
                                 0,    0,    0, 0, 0,    0,    0,    0,    0, 0, 0, 0, 0, 0, 0, 2};
static const uint8_t hmtx[8] = {0x01, 0xF4, 0, 0, 0x01, 0xF4, 0, 0};
static const uint8_t maxp[32] = {0, 1, 0, 0, 0, 2, /* two glyphs */
                                 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};
static const uint8_t loca[6] = {0}; /* both glyphs are empty */
static const uint8_t glyf[4] = {0};

static void put16(uint8_t *at, unsigned value)
{
  at[0] = (uint8_t)(value >> 8);
  at[1] = (uint8_t)value;
}

static void put32(uint8_t *at, uint32_t value)
{
  put16(at, value >> 16);
  put16(at + 2, value & 0xFFFF);
}

static uint32_t checksum(const uint8_t *data, size_t size)
{
  uint32_t sum = 0;
  for (size_t i = 0; i < size; i++)
    sum += (uint32_t)data[i] << (8 * (3 - i % 4));
  return sum;
}

bool tc_word_layer_font_file(tc_buf *out, tc_error *err)
{
  static const table tables[] = {{"glyf", glyf, sizeof glyf}, {"head", head, sizeof head}, {"hhea", hhea, sizeof hhea},
                                 {"hmtx", hmtx, sizeof hmtx}, {"loca", loca, sizeof loca}, {"maxp", maxp, sizeof maxp}};
  enum { COUNT = TC_ARRAY_LEN(tables), DIRECTORY = 12 + 16 * COUNT };
  uint8_t file[512] = {0};
  put32(file, 0x00010000);
  put16(file + 4, COUNT);
  put16(file + 6, 64); /* searchRange for 6 tables: 4 · 16 */
  put16(file + 8, 2);
  put16(file + 10, COUNT * 16 - 64);
  size_t at = DIRECTORY, head_at = 0;
  for (size_t i = 0; i < COUNT; i++) {
    uint8_t *entry = file + 12 + 16 * i;
    memcpy(entry, tables[i].tag, 4);
    put32(entry + 4, checksum(tables[i].data, tables[i].size));
    put32(entry + 8, (uint32_t)at);
    put32(entry + 12, (uint32_t)tables[i].size);
    memcpy(file + at, tables[i].data, tables[i].size);
    if (tables[i].data == head)
      head_at = at;
    at += (tables[i].size + 3) / 4 * 4;
  }
  put32(file + head_at + 8, 0xB1B0AFBA - checksum(file, at));
  return tc_buf_append(out, file, at, err);
}
