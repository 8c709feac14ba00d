/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The kernels for vectors of BYTES, named by KIND; kernels.c includes this once for each. */

#define LANES NAMED(lanes, KIND)
#define WIDTH (BYTES / 4)
/* Channels that a transform treats at once: eight sums hide how long each addition takes. */
#define VECTORS 8
#define GROUP (VECTORS * WIDTH)
/* Columns of a product's tile, and of a panel. */
#define PANEL (2 * WIDTH)

#define INTEGERS NAMED(integers, KIND)

typedef float LANES __attribute__((vector_size(BYTES), aligned(4), may_alias));
typedef int INTEGERS __attribute__((vector_size(BYTES), aligned(4), may_alias));

/* --- Products ----------------------------------------------------------------------------------------- */

/* Rows of the weight at a time: such a part of a panel stays in the first cache while all rows of `a` pass. */
#define DEPTH 256

/* A tile of R rows and a panel, its sums in registers; R is a constant wherever this is inlined. Without a bias they
 * begin with what is in `out`. The panel `ahead` is brought into the cache meanwhile. */
INLINE void NAMED(tile, KIND)(const float *a, long a_stride, const float *panel, long depth, const float *bias,
                              const float *ahead, float *out, long out_stride, const int R)
{
    LANES sums[TILE][2];
#pragma GCC unroll 16
    for (int row = 0; row < R; row++) {
        const float *begin = bias ? bias : out + row * out_stride;
        sums[row][0] = *(const LANES *)begin;
        sums[row][1] = *(const LANES *)(begin + WIDTH);
    }
    for (long k = 0; k < depth; k++, panel += PANEL) {
        if (ahead)
            __builtin_prefetch(ahead + k * PANEL);
        LANES left = *(const LANES *)panel, right = *(const LANES *)(panel + WIDTH);
#pragma GCC unroll 16
        for (int row = 0; row < R; row++) {
            float factor = a[row * a_stride + k];
            sums[row][0] += factor * left;
            sums[row][1] += factor * right;
        }
    }
#pragma GCC unroll 16
    for (int row = 0; row < R; row++) {
        *(LANES *)(out + row * out_stride) = sums[row][0];
        *(LANES *)(out + row * out_stride + WIDTH) = sums[row][1];
    }
}

#define ROWS_LEFT(number) \
    case number: NAMED(tile, KIND)(a, a_stride, panel, depth, bias, NULL, out, out_stride, number); break;

/* All rows of a panel. */
static void NAMED(column, KIND)(const float *a, long a_stride, long rows, const float *panel, long depth,
                                const float *bias, const float *ahead, float *out, long out_stride)
{
    if (rows >= TILE) {
        NAMED(tile, KIND)(a, a_stride, panel, depth, bias, ahead, out, out_stride, TILE);
        rows -= TILE, a += TILE * a_stride, out += TILE * out_stride;
    }
    for (; rows >= TILE; rows -= TILE, a += TILE * a_stride, out += TILE * out_stride)
        NAMED(tile, KIND)(a, a_stride, panel, depth, bias, NULL, out, out_stride, TILE);
    switch (rows) {
        ROWS_LEFT(1) ROWS_LEFT(2) ROWS_LEFT(3) ROWS_LEFT(4) ROWS_LEFT(5)
#if TILE > 6
        ROWS_LEFT(6) ROWS_LEFT(7) ROWS_LEFT(8) ROWS_LEFT(9) ROWS_LEFT(10) ROWS_LEFT(11)
#endif
    }
}

static void NAMED(product, KIND)(const float *a, long a_stride, long rows, const float *packed, long depth,
                                 long columns, const float *bias, long add, float *out, long out_stride)
{
    static const float zeros[PANEL];
    for (long k = 0; k < depth; k += DEPTH) {
        long part = depth - k < DEPTH ? depth - k : DEPTH;
        for (long column = 0; column < columns; column += PANEL) {
            const float *panel = packed + column * depth + k * PANEL;
            long there = columns - column;
            const float *begin = k || add ? NULL : bias ? bias + column : zeros;
            if (there >= PANEL) {
                NAMED(column, KIND)(a + k, a_stride, rows, panel, part, begin, panel + PANEL * depth,
                                    out + column, out_stride);
                continue;
            }
            /* The last columns, fewer than a panel's: beside the result, a few rows at a time. */
            float own[TILE][PANEL] = {0}, first[PANEL] = {0};
            if (begin)
                memcpy(first, begin, there * sizeof *first);
            for (long row = 0; row < rows; row += TILE) {
                long some = rows - row < TILE ? rows - row : TILE;
                for (long each = 0; each < some; each++)
                    memcpy(own[each], out + (row + each) * out_stride + column, there * sizeof **own);
                NAMED(column, KIND)(a + row * a_stride + k, a_stride, some, panel, part, begin ? first : NULL,
                                    NULL, own[0], PANEL);
                for (long each = 0; each < some; each++)
                    memcpy(out + (row + each) * out_stride + column, own[each], there * sizeof **own);
            }
        }
    }
}

/* --- Convolutions ------------------------------------------------------------------------------------- */

/* Norm and Snake, y + sin²(α·y) / α with y = s·x + b. Of each channel `of` has s, b, α·s / π, α·b / π and 1 / α.
 *
 * sin² has the period π, so α·y / π is taken to r between -½ and ½; adding and taking away 1.5 · 2²³ rounds to a whole
 * number. sin(π·r) = r · P(r²), P by least squares at Chebyshev's points on [0, ¼]: off by 7e-9 at most.
 */
INLINE void NAMED(snake, KIND)(const float *x, float of[5][GROUP], float *out)
{
    const float rounder = 12582912.0f;
#pragma GCC unroll 8
    for (int v = 0; v < GROUP; v += WIDTH) {
        LANES value = *(const LANES *)(x + v);
        LANES y = value * *(LANES *)(of[0] + v) + *(LANES *)(of[1] + v);
        LANES turns = value * *(LANES *)(of[2] + v) + *(LANES *)(of[3] + v);
        LANES r = turns - ((turns + rounder) - rounder);
        LANES square = r * r;
        LANES sine = square * 0.0776576603f - 0.5982912856f;
        sine = sine * square + 2.5500775232f;
        sine = sine * square - 5.1677100835f;
        sine = sine * square + 3.1415926401f;
        sine = sine * r;
        *(LANES *)(out + v) = y + sine * sine * *(LANES *)(of[4] + v);
    }
}

/* sums = Σᵢ factors[i] · rows[i], a group of channels. */
INLINE void NAMED(combine, KIND)(const float *rows, long stride, long count, const float *factors, LANES sums[VECTORS])
{
    for (long i = 0; i < count; i++, rows += stride) {
#pragma GCC unroll 8
        for (int v = 0; v < VECTORS; v++)
            sums[v] += *(const LANES *)(rows + v * WIDTH) * factors[i];
    }
}

/* The channels of a group that are there, of eight vectors or from them. */
INLINE void NAMED(load, KIND)(const float *from, long there, LANES sums[VECTORS])
{
    if (there < GROUP) {
        float own[GROUP] = {0};
        memcpy(own, from, there * sizeof *own);
        for (int v = 0; v < VECTORS; v++)
            sums[v] = *(LANES *)(own + v * WIDTH);
        return;
    }
#pragma GCC unroll 8
    for (int v = 0; v < VECTORS; v++)
        sums[v] = *(const LANES *)(from + v * WIDTH);
}

INLINE void NAMED(store, KIND)(const LANES sums[VECTORS], long there, float *to)
{
    if (there < GROUP) {
        float own[GROUP];
        for (int v = 0; v < VECTORS; v++)
            *(LANES *)(own + v * WIDTH) = sums[v];
        memcpy(to, own, there * sizeof *own);
        return;
    }
#pragma GCC unroll 8
    for (int v = 0; v < VECTORS; v++)
        *(LANES *)(to + v * WIDTH) = sums[v];
}

static void NAMED(transform, KIND)(const float *source, long from, long until, long first, long channels,
                                   long dilation, long points, long outputs, long tiles, const float *matrix,
                                   const float *snake, float *out)
{
    float window[MOST_POINTS][GROUP], of[5][GROUP], row[GROUP];
    const long shared = points - outputs, rows = tiles * dilation;
    for (long group = 0; group < channels; group += GROUP) {
        const long there = channels - group < GROUP ? channels - group : GROUP;
        const size_t bytes = there * sizeof(float);
        memset(of, 0, sizeof of);
        memset(row, 0, sizeof row);
        for (int each = 0; each < 5; each++)
            memcpy(of[each], snake + each * channels + group, bytes);
        for (long phase = 0; phase < dilation; phase++)
            for (long tile = 0; tile < tiles; tile++) {
                long ready = 0;
                if (tile) {
                    memmove(window[0], window[outputs], shared * sizeof window[0]);
                    ready = shared;
                }
                for (long i = ready; i < points; i++) {
                    long number = first + (tile * outputs + i) * dilation + phase;
                    const float *x = source + number * channels + group;
                    if (number < from || number >= until) {
                        memset(window[i], 0, sizeof window[i]);
                        continue;
                    }
                    if (there < GROUP)
                        x = memcpy(row, x, bytes);
                    NAMED(snake, KIND)(x, of, window[i]);
                }
                float *to = out + (tile * dilation + phase) * channels + group;
                for (long point = 0; point < points; point++, to += rows * channels) {
                    LANES sums[VECTORS] = {0};
                    NAMED(combine, KIND)(window[0], GROUP, points, matrix + point * points, sums);
                    NAMED(store, KIND)(sums, there, to);
                }
            }
    }
}

static void NAMED(products, KIND)(const float *transformed, long rows_there, long points, long rows, long pieces,
                                  long dilation, const float *packed, long inputs, long outputs, float *out)
{
    const long size = (outputs + PANEL - 1) / PANEL * PANEL * inputs;
    for (long point = 0; point < points; point++)
        for (long piece = 0; piece < pieces; piece++)
            NAMED(product, KIND)(transformed + (point * rows_there + piece * dilation) * inputs, inputs, rows,
                                 packed + (piece * points + point) * size, inputs, outputs, NULL, piece > 0,
                                 out + point * rows * outputs, outputs);
}

static void NAMED(back, KIND)(const float *products, long channels, long dilation, long points, long outputs,
                              long tiles, long count, const float *matrix, const float *base, float *target)
{
    const long rows = tiles * dilation;
    float part[MOST_POINTS][GROUP] = {{0}};
    for (long group = 0; group < channels; group += GROUP) {
        const long there = channels - group < GROUP ? channels - group : GROUP;
        const size_t bytes = there * sizeof(float);
        for (long place = 0; place < rows; place++) {
            const float *from = products + place * channels + group;
            long stride = rows * channels;
            if (there < GROUP) {
                for (long point = 0; point < points; point++)
                    memcpy(part[point], from + point * stride, bytes);
                from = part[0];
                stride = GROUP;
            }
            for (long i = 0; i < outputs; i++) {
                const long row = (place / dilation * outputs + i) * dilation + place % dilation;
                if (row >= count)
                    break;
                LANES sums[VECTORS] = {0};
                if (base)
                    NAMED(load, KIND)(base + row * channels + group, there, sums);
                NAMED(combine, KIND)(from, stride, points, matrix + i * points, sums);
                NAMED(store, KIND)(sums, there, target + row * channels + group);
            }
        }
    }
}

/* --- LSTM and GELU ------------------------------------------------------------------------------------- */

INLINE LANES NAMED(select, KIND)(INTEGERS where, LANES one, LANES other)
{
    return (LANES)((where & (INTEGERS)one) | (~where & (INTEGERS)other));
}

/* 1 / (1 + e^-x), off by 1e-7 at most.
 *
 * e^z = 2^n · e^r with n the whole number next to z / ln 2, and e^r by its series up to r⁶. Adding 1.5 · 2²³ rounds, and
 * leaves n in the lowest bits, from where it is shifted into the exponent. What is no number stays none.
 */
INLINE LANES NAMED(sigmoid, KIND)(LANES x)
{
    const LANES zero = {0}, most = zero + 80.0f, least = zero - 80.0f;
    LANES z = -x;
    z = NAMED(select, KIND)(z > most, most, z);
    z = NAMED(select, KIND)(z < least, least, z);
    LANES shifted = z * 1.44269504f + 12582912.0f;
    LANES n = shifted - 12582912.0f;
    LANES r = z - n * 0.693359375f + n * 2.12194440e-4f;
    LANES e = r * (1.0f / 720) + (1.0f / 120);
    e = e * r + (1.0f / 24);
    e = e * r + (1.0f / 6);
    e = e * r + 0.5f;
    e = e * r + 1.0f;
    e = e * r + 1.0f;
    e = (LANES)((INTEGERS)e + ((INTEGERS)shifted << 23));
    return 1.0f / (1.0f + e + (z - z));
}

static void NAMED(lstm, KIND)(const float *inner, long time, long hidden, const float *across, long backward,
                              float *cells, float *gates, float *out, long out_stride)
{
    const float *before = NULL;
    memset(cells, 0, hidden * sizeof *cells);
    for (long step = 0; step < time; step++) {
        const long row = backward ? time - 1 - step : step;
        float *states = out + row * out_stride;
        for (long column = 0; column < 4 * hidden; column += GROUP) {
            const long there = 4 * hidden - column < GROUP ? 4 * hidden - column : GROUP;
            LANES sums[VECTORS];
            NAMED(load, KIND)(inner + row * 4 * hidden + column, there, sums);
            if (before)
                NAMED(combine, KIND)(across + column * hidden, GROUP, hidden, before, sums);
            NAMED(store, KIND)(sums, there, gates + column);
        }
        for (long place = 0; place < hidden; place += WIDTH) {
            const float *gate = gates + place;
            LANES in = NAMED(sigmoid, KIND)(*(const LANES *)gate);
            LANES forget = NAMED(sigmoid, KIND)(*(const LANES *)(gate + hidden));
            LANES new = 2.0f * NAMED(sigmoid, KIND)(2.0f * *(const LANES *)(gate + 2 * hidden)) - 1.0f;
            LANES through = NAMED(sigmoid, KIND)(*(const LANES *)(gate + 3 * hidden));
            LANES cell = forget * *(LANES *)(cells + place) + in * new;
            *(LANES *)(cells + place) = cell;
            *(LANES *)(states + place) = through * (2.0f * NAMED(sigmoid, KIND)(2.0f * cell) - 1.0f);
        }
        before = states;
    }
}

INLINE LANES NAMED(gelu_of, KIND)(LANES x)
{
    return x * NAMED(sigmoid, KIND)(1.59576912f * (x + 0.044715f * x * x * x));
}

static void NAMED(gelu, KIND)(float *x, long rows, long columns, long stride)
{
    for (; rows > 0; rows--, x += stride) {
        long column = 0;
        for (; column + WIDTH <= columns; column += WIDTH)
            *(LANES *)(x + column) = NAMED(gelu_of, KIND)(*(LANES *)(x + column));
        if (column < columns) {
            float own[WIDTH] = {0};
            memcpy(own, x + column, (columns - column) * sizeof *own);
            *(LANES *)own = NAMED(gelu_of, KIND)(*(LANES *)own);
            memcpy(x + column, own, (columns - column) * sizeof *own);
        }
    }
}

static const struct kernels NAMED(kernels, KIND) = {
    PANEL,
    GROUP,
    pack,
    NAMED(product, KIND),
    NAMED(transform, KIND),
    NAMED(products, KIND),
    NAMED(back, KIND),
    NAMED(lstm, KIND),
    NAMED(gelu, KIND),
};

#undef LANES
#undef INTEGERS
#undef WIDTH
#undef VECTORS
#undef GROUP
#undef PANEL
#undef DEPTH
#undef ROWS_LEFT
