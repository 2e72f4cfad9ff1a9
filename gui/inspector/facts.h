#pragma once

#include "gui/models/text_difference.h"
#include "gui/theme/theme.h"
#include "tracestore/analysis/price_table.h"
#include "tracestore/model/trace.h"

namespace gui {

/// One thing that is known of a span: a line of the inspector.
struct Fact
{
    enum class Tone : std::uint8_t
    {
        Normal,
        Dim, ///< not known, or only worth a glance
        Good,
        Bad,
        Doubtful,
    };

    /// A part of a bar drawn under the value.
    struct Share
    {
        ColorRole color = ColorRole::Other;
        double size = 0;

        bool operator==(const Share&) const = default;
    };

    QString section; ///< the heading it stands under
    QString label;
    QString value;
    Tone tone = Tone::Normal;
    bool isCode = false; ///< shown in a fixed pitch
    bool isWide = false; ///< the value stands alone, below its heading, over the whole width
    tracestore::SpanId link; ///< where a click leads
    std::vector<Share> bar;
    std::vector<DifferenceLine> difference; ///< of a wide one; the value says the same as text

    bool operator==(const Fact&) const = default;
};

/// What the columns of a trace, and the payloads where they are there already, say of a span.
/// `detail` may be null.
std::vector<Fact> summaryFacts(const tracestore::Trace& trace,
                               tracestore::SpanId span,
                               const tracestore::SpanDetail* detail);

/// Tokens by bucket and money. `prices` may be null; costs of single buckets are given only where
/// they add up to the computed cost of the span.
std::vector<Fact> usageFacts(const tracestore::Trace& trace,
                             tracestore::SpanId span,
                             const tracestore::PriceTable* prices);

} // namespace gui
