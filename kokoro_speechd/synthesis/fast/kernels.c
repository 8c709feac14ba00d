/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The loops in which a phrase spends its time: products of matrices, and what lies between them in a convolution.
 *
 * They are written once, in kernels_vectors.h, for vectors of any width, and compiled here for each that a processor
 * may have. Who loads this chooses by name (kernels_named); none uses what the processor lacks. Nothing here needs
 * Python, allocates, or keeps anything: any thread may call, and the caller has checked all sizes.
 */

#include <stddef.h>
#include <string.h>

/* An entry for each kind of vector. Matrices are float32, rows contiguous; sizes count floats, not bytes. */
struct kernels {
    /* Columns of a packed panel, and of an LSTM's. */
    long panel, group;
    /* Write a weight [depth, columns] as panels [columns / width, depth, width], the last one filled up with zeros. */
    void (*pack)(const float *weight, long depth, long columns, long width, float *packed);
    /* out [rows, columns] = bias + a [rows, depth] · weight; without a bias, or with `add` to what is in out. */
    void (*product)(const float *a, long a_stride, long rows, const float *packed, long depth, long columns,
                    const float *bias, long add, float *out, long out_stride);
    /* The three steps of a Toom-Cook convolution of rows that pass norm and Snake; see block_convolution.py. */
    void (*transform)(const float *source, long from, long until, long first, long channels, long dilation,
                      long points, long outputs, long tiles, const float *matrix, const float *snake, float *out);
    void (*products)(const float *transformed, long rows_there, long points, long rows, long pieces, long dilation,
                     const float *packed, long inputs, long outputs, float *out);
    void (*back)(const float *products, long channels, long dilation, long points, long outputs, long tiles,
                 long count, const float *matrix, const float *base, float *target);
    /* Set states `out` [time, hidden] for `inner` [time, 4 · hidden], the inputs' part of the gates in, forget, cell
     * and out, with both biases; `across` is in panels of a group. `hidden` is a multiple of 16; there is room for as many cells, and for all gates. */
    void (*lstm)(const float *inner, long time, long hidden, const float *across, long backward, float *cells,
                 float *gates, float *out, long out_stride);
    /* x · σ(√(8 / π) · (x + 0.044715 · x³)) in place: GELU by way of tanh. */
    void (*gelu)(float *x, long rows, long columns, long stride);
};

static void pack(const float *weight, long depth, long columns, long width, float *packed)
{
    for (long column = 0; column < columns; column += width) {
        long there = columns - column < width ? columns - column : width;
        for (long k = 0; k < depth; k++, packed += width) {
            memcpy(packed, weight + k * columns + column, there * sizeof *packed);
            memset(packed + there, 0, (width - there) * sizeof *packed);
        }
    }
}

#define MOST_POINTS 16
#define JOIN(name, kind) name##_##kind
#define NAMED(name, kind) JOIN(name, kind)
#define INLINE static inline __attribute__((always_inline))

/* 16 registers of 16 bytes: a tile of 6 rows and 2 vectors leaves four. ARM's NEON is as wide. */
#define KIND plain
#define BYTES 16
#define TILE 6
#include "kernels_vectors.h"
#undef KIND
#undef BYTES
#undef TILE

#if defined(__x86_64__)
#pragma GCC push_options
#pragma GCC target("avx2,fma")
#define KIND avx2
#define BYTES 32
#define TILE 6
#include "kernels_vectors.h"
#undef KIND
#undef BYTES
#undef TILE
#pragma GCC pop_options

/* 32 registers. */
#pragma GCC push_options
#pragma GCC target("avx512f,avx512vl,avx512dq,avx512bw,avx2,fma,prefer-vector-width=512")
#define KIND avx512
#define BYTES 64
#define TILE 12
#include "kernels_vectors.h"
#undef KIND
#undef BYTES
#undef TILE
#pragma GCC pop_options
#endif

/* Return the kernels of "avx512", "avx2" or "plain"; NULL where the processor lacks them. */
__attribute__((visibility("default"))) const struct kernels *kernels_named(const char *name)
{
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (!strcmp(name, "avx512"))
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw")
                   ? &kernels_avx512 : NULL;
    if (!strcmp(name, "avx2"))
        return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") ? &kernels_avx2 : NULL;
#endif
    return strcmp(name, "plain") ? NULL : &kernels_plain;
}
