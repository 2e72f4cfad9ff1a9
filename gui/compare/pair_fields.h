#pragma once

#include "gui/compare/paired_text.h"
#include "tracestore/model/message.h"

namespace gui {

/// A part of a step that is compared by itself.
enum class PairField : std::uint8_t
{
    Prompt,
    Answer,
    Arguments,
    Result,
    Parameters,
    Configuration,
    Facts, ///< name, kind, model, outcome, what the source says besides
};

inline constexpr std::array kPairFields {PairField::Prompt,
                                         PairField::Answer,
                                         PairField::Arguments,
                                         PairField::Result,
                                         PairField::Parameters,
                                         PairField::Configuration,
                                         PairField::Facts};

/// `Prompt`; translated.
QString fieldName(PairField field);

/// What a step says in a field, whole. Empty where nothing is known.
HeadedText fieldText(const tracestore::Trace& trace,
                     tracestore::SpanId span,
                     const tracestore::SpanDetail& detail,
                     PairField field);

/// A field of both steps of a pair.
struct FieldPair
{
    PairField field = PairField::Facts;
    OfBoth<HeadedText> text;

    [[nodiscard]] bool isSame() const { return text.a == text.b; }
};

/// The fields of which anything is known on either side. A step that is not there is invalid; its
/// detail is not looked at. Any thread.
std::vector<FieldPair> fieldsOf(const OfBoth<const tracestore::Trace*>& traces,
                                const OfBoth<tracestore::SpanId>& spans,
                                const OfBoth<tracestore::SpanDetail>& details);

} // namespace gui
