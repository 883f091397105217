#include "captcha/digits.hpp"

#include <array>

namespace ventanilla::captcha {
namespace {

using Shapes = std::vector<Shape>;

Shapes zero() {
    return {{{{.5F, 0},
              {.14F, .16F},
              {.05F, .5F},
              {.14F, .84F},
              {.5F, 1},
              {.86F, .84F},
              {.95F, .5F},
              {.86F, .16F},
              {.5F, 0}}}};
}

Shapes one() {
    return {{{{.28F, .24F}, {.58F, 0}}, {{.58F, 0}, {.58F, 1}}},
            {{{.28F, .22F}, {.55F, 0}}, {{.55F, 0}, {.55F, 1}}, {{.22F, 1}, {.88F, 1}}}};
}

Shapes two() {
    return {{{{.08F, .27F}, {.22F, .06F}, {.55F, 0}, {.87F, .1F}, {.88F, .34F}, {.6F, .62F}, {.05F, 1}},
             {{.05F, 1}, {.95F, 1}}}};
}

Shapes three() {
    return {{{{.1F, .12F}, {.45F, 0}, {.84F, .1F}, {.82F, .36F}, {.38F, .47F}},
             {{.38F, .47F}, {.88F, .58F}, {.92F, .86F}, {.5F, 1}, {.06F, .88F}}},
            {{{.1F, 0}, {.9F, 0}},
             {{.9F, 0}, {.42F, .42F}},
             {{.42F, .42F}, {.82F, .5F}, {.95F, .75F}, {.7F, .97F}, {.32F, 1}, {.05F, .86F}}}};
}

Shapes four() {
    return {{{{.6F, 0}, {.02F, .66F}}, {{.02F, .66F}, {1, .66F}}, {{.74F, .3F}, {.72F, 1}}},
            {{{.22F, 0}, {.1F, .58F}}, {{.1F, .58F}, {.98F, .58F}}, {{.72F, .22F}, {.7F, 1}}}};
}

Shapes five() {
    return {{{{.9F, 0}, {.2F, 0}},
             {{.2F, 0}, {.13F, .46F}},
             {{.13F, .46F}, {.5F, .36F}, {.88F, .5F}, {.93F, .76F}, {.65F, .98F}, {.3F, 1}, {.05F, .87F}}}};
}

Shapes six() {
    return {{{{.8F, .02F},
              {.4F, .18F},
              {.12F, .5F},
              {.08F, .78F},
              {.32F, .98F},
              {.64F, .99F},
              {.92F, .82F},
              {.88F, .6F},
              {.58F, .47F},
              {.28F, .53F},
              {.1F, .72F}}}};
}

Shapes seven() {
    return {{{{.05F, 0}, {.95F, 0}}, {{.95F, 0}, {.55F, .5F}, {.36F, 1}}},
            {{{.05F, 0}, {.95F, 0}}, {{.95F, 0}, {.56F, .5F}, {.38F, 1}}, {{.28F, .5F}, {.84F, .5F}}}};
}

Shapes eight() {
    return {{{{.5F, .46F},
              {.16F, .32F},
              {.18F, .09F},
              {.5F, 0},
              {.82F, .09F},
              {.84F, .32F},
              {.5F, .46F},
              {.12F, .63F},
              {.1F, .88F},
              {.5F, 1},
              {.9F, .88F},
              {.88F, .63F},
              {.5F, .46F}}}};
}

Shapes nine() {
    return {{{{.2F, .98F},
              {.6F, .82F},
              {.88F, .5F},
              {.92F, .22F},
              {.68F, .02F},
              {.36F, .01F},
              {.08F, .18F},
              {.12F, .4F},
              {.42F, .53F},
              {.72F, .47F},
              {.9F, .28F}}}};
}

}  // namespace

const std::vector<Shape>& shapes_of(int digit) {
    static const std::array<Shapes, 10> all{zero(), one(), two(),   three(), four(),
                                            five(), six(), seven(), eight(), nine()};
    return all.at(static_cast<std::size_t>(digit));
}

}  // namespace ventanilla::captcha
