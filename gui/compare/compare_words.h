#pragma once

#include "gui/compare/compare_context.h"
#include "gui/theme/theme.h"

#include <QString>

namespace gui {

// What a comparison calls things, the same in each of its views; translated.

/// `A` or `B`.
QString sideName(CompareSide side);

/// `equal`, `only in B`.
QString stateName(tracestore::PairState state);

/// A sign that tells a state without its colour: `=`, `≠`, `−`, `+`.
QString stateSign(tracestore::PairState state);

/// `3 equal steps`.
QString equalSteps(std::size_t number);

/// `arguments, result`; empty where nothing is told. `kind` is that of the step.
QString changeWords(std::uint16_t changes, tracestore::SpanKind kind);

/// Why two steps stand for each other, as half a sentence; empty where they do not.
QString reasonName(tracestore::PairReason reason);

/// `31 steps aligned: 26 equal, 4 changed; 1 only in B`.
QString alignmentSummary(const tracestore::TraceAlignment& alignment);

/// The numbers of the steps of a pair in their own traces, as everywhere: `A #8, B #9`.
QString stepNumbers(const CompareContext& context, std::size_t pair);

/// What a pair says of its place: `moved`, `moved: #12 in B`; empty where it stands as it should.
QString placeWords(const tracestore::StepPair& pair);

/// Where they part, in short: `first lasting divergence: A #8, B #9 decide (confidence 0.93)`.
QString divergenceSummary(const CompareContext& context);

/// The name of the step of a pair, of the side that has it; one line.
QString pairName(const CompareContext& context, std::size_t pair, qsizetype maxLength = 200);

/// The kind of the step of a pair, of the side that has it.
tracestore::SpanKind pairKind(const CompareContext& context, std::size_t pair);

/// All that is known of a pair, a fact a line; for hover cards.
QString pairCardText(const CompareContext& context, std::size_t pair);

/// The colour of a state: of what is changed, of A, of B; what is equal has a quiet one.
ColorRole stateRole(tracestore::PairState state);

/// The colour of a side.
ColorRole sideRole(CompareSide side);

/// A colour thinned to lie under text on a panel.
QColor tint(const Theme& theme, ColorRole role);

} // namespace gui
