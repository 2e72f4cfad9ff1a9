#pragma once

#include "tracestore/provenance/content_place.h"

#include <vector>

namespace tracestore {

/// Whether one asks where a text came from, or where it went.
enum class OriginDirection : std::uint8_t
{
    Back,
    Forward
};

/// What is asked: a text of a step, or a stretch of it.
struct OriginQuery
{
    SpanId span;
    ContentPlace place;

    /// What is looked for, as it stands there; empty: all of it. Objects and arrays of JSON are
    /// looked for value by value, long texts sentence by sentence.
    std::string text;

    OriginDirection direction = OriginDirection::Back;
    std::size_t most = 200; ///< finds of the report
};

/// How sure one may be that a find is no accident, in words: from 0.9, 0.6, 0.3, and below.
enum class Certainty : std::uint8_t
{
    Weak,
    Possible,
    Likely,
    Sure
};

/// `weak`, `possible`, `likely`, `sure`.
std::string_view toWord(Certainty certainty);

Certainty certaintyOf(double confidence);

/// A place in which a piece of what is asked stands.
struct Origin
{
    SpanId span;
    ContentPlace place;
    Giver giver = Giver::Other;
    std::string label; ///< the place for people: `result`, `input, message 3 (user)`
    std::string path; ///< of the value in it, where it is JSON: `items[0].price`
    std::size_t offset = 0; ///< bytes of the text at the place, as it is written
    std::size_t length = 0;
    std::string excerpt; ///< the text around it, on one line, valid UTF-8
    std::size_t markOffset = 0; ///< bytes of the excerpt
    std::size_t markLength = 0;

    std::size_t piece = 0; ///< into OriginReport::pieces
    bool isExact = false; ///< the same but for case, blanks, escapes and ways to write a number
    double likeness = 1; ///< of the stretch to what it holds of the piece
    double share = 1; ///< of the piece that it holds

    /// From 0 to 1: how unlikely it is that this is an accident. It grows with what the words that
    /// both have say, less for words that stand in many texts of the session, and falls with
    /// the likeness. So rare exact stretches come before common ones, exact ones before near
    /// ones, and a `1` or `true` is next to nothing.
    double confidence = 0;

    /// Looking back: where the piece entered the conversation, as far as the trace tells. Looking
    /// forward: where it was used first.
    bool isFirst = false;

    /// In how many later places the same text was only sent along, as calls of models send the
    /// conversation.
    std::size_t copies = 0;

    bool operator==(const Origin&) const = default;
};

/// A piece of what was asked.
struct OriginPiece
{
    std::string text;
    std::string path; ///< of a value in JSON
    std::size_t offset = 0; ///< in what was asked, in bytes
    std::size_t length = 0;
    std::size_t found = 0; ///< places, those that are left out of the report among them

    /// It says so little, or stands in so many texts, that no find says where it came from.
    bool isCommon = false;

    bool operator==(const OriginPiece&) const = default;
};

/// What could not be looked at.
struct OriginGaps
{
    std::size_t absent = 0; ///< model calls whose messages the trace does not hold
    std::size_t cut = 0; ///< steps of which it holds a part
    std::size_t redacted = 0; ///< left out on purpose, or kept elsewhere
    std::size_t unreadable = 0; ///< files that have changed or are damaged

    [[nodiscard]] bool isEmpty() const { return *this == OriginGaps(); }

    bool operator==(const OriginGaps&) const = default;
};

struct OriginReport
{
    std::vector<OriginPiece> pieces;
    std::vector<Origin> finds; ///< by piece; the first ones, then the surest
    std::size_t leftOut = 0; ///< finds that are less sure than those of the report
    OriginGaps gaps;
    std::size_t steps = 0; ///< that were looked at
    std::size_t texts = 0; ///< distinct ones
    bool isCut = false; ///< what was asked was too long; the front of it was looked for

    /// Who wrote the text that was asked about, and the model call that said it; for pieces that
    /// come from nowhere else.
    Giver giver = Giver::Other;
    SpanId writer;

    bool operator==(const OriginReport&) const = default;
};

} // namespace tracestore
