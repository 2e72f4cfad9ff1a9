#pragma once

#include "tracestore/compare/trace_alignment.h"

#include <QObject>
#include <QString>

#include <array>
#include <memory>
#include <optional>
#include <vector>

namespace gui {

class SessionContext;
class Theme;

enum class CompareSide : std::uint8_t
{
    A,
    B
};

inline constexpr std::array kBothSides {CompareSide::A, CompareSide::B};

[[nodiscard]] constexpr CompareSide otherSide(CompareSide side)
{
    return side == CompareSide::A ? CompareSide::B : CompareSide::A;
}

/// One of two values, by side.
template<class T>
struct OfBoth
{
    T a {};
    T b {};

    [[nodiscard]] T& operator[](CompareSide side) { return side == CompareSide::A ? a : b; }

    [[nodiscard]] const T& operator[](CompareSide side) const
    {
        return side == CompareSide::A ? a : b;
    }

    bool operator==(const OfBoth&) const = default;
};

/// One of the two that are compared.
struct ComparedSide
{
    tracestore::TracePtr trace; ///< never null
    std::optional<tracestore::SessionId> session; ///< none: all of it
    QString path; ///< of its file; empty: it has none
    QString title; ///< one line
};

using AlignmentPtr = std::shared_ptr<const tracestore::TraceAlignment>;

/// Two traces, how their steps stand for each other, and which of the pairs is looked at: the only
/// thing that the views of a comparison share. They read it, change it and listen to it, and never
/// know each other. GUI thread; outlives its views.
class CompareContext : public QObject
{
    Q_OBJECT

public:
    CompareContext(OfBoth<ComparedSide> sides,
                   AlignmentPtr alignment,
                   Theme& theme,
                   QObject* parent = nullptr);
    ~CompareContext() override;

    [[nodiscard]] Theme& theme() const { return m_theme; }

    [[nodiscard]] const ComparedSide& side(CompareSide side) const { return m_sides[side]; }

    [[nodiscard]] const tracestore::Trace& trace(CompareSide side) const
    {
        return *m_sides[side].trace;
    }

    /// Fetches the payloads of a side.
    [[nodiscard]] SessionContext& context(CompareSide side) const { return *m_contexts[side]; }

    [[nodiscard]] const AlignmentPtr& alignmentPtr() const { return m_alignment; }

    [[nodiscard]] const std::vector<tracestore::StepPair>& pairs() const
    {
        return m_alignment->pairs;
    }

    [[nodiscard]] const tracestore::TraceAlignment& alignment() const { return *m_alignment; }

    /// The step of a pair on a side; invalid where it has none there.
    [[nodiscard]] tracestore::SpanId spanOf(std::size_t pair, CompareSide side) const;

    /// The step of a pair on a side, also where it has a row of its own elsewhere.
    [[nodiscard]] tracestore::SpanId anySpanOf(std::size_t pair, CompareSide side) const;

    /// The pair of a step; nothing where the step is not compared.
    [[nodiscard]] std::optional<std::size_t> pairOf(CompareSide side,
                                                    tracestore::SpanId span) const;

    /// Nothing where there is nothing to select.
    [[nodiscard]] std::optional<std::size_t> selected() const { return m_selected; }

    /// The pairs that are not equal, in order.
    [[nodiscard]] const std::vector<std::uint32_t>& differences() const { return m_differences; }

    /// The nearest difference behind (or before) the selected pair; nothing behind the last one.
    [[nodiscard]] std::optional<std::size_t> nextDifference() const;
    [[nodiscard]] std::optional<std::size_t> previousDifference() const;

    /// A is B and B is A from now on.
    void swap();

    [[nodiscard]] bool isSwapped() const { return m_isSwapped; }

public slots:
    void select(std::size_t pair);

    /// Selects it and asks the views to bring it into sight even if it is selected already.
    void reveal(std::size_t pair);

signals:
    void selectionChanged();
    void revealed();
    /// Everything stands on the other side; the pairs keep their places.
    void swapped();

private:
    void index();

    Theme& m_theme;
    OfBoth<ComparedSide> m_sides;
    AlignmentPtr m_alignment;
    OfBoth<SessionContext*> m_contexts;
    OfBoth<std::vector<std::uint32_t>> m_pairOfSpan; ///< index = SpanId; kNone: of no pair
    std::vector<std::uint32_t> m_differences;
    std::optional<std::size_t> m_selected;
    bool m_isSwapped = false;
};

/// The same with the sides exchanged.
tracestore::TraceAlignment mirrored(tracestore::TraceAlignment alignment);

} // namespace gui
