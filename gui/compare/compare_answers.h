#pragma once

#include "gui/compare/paired_text.h"
#include "tracestore/compare/trace_metrics.h"

#include <QWidget>

#include <memory>

class QLabel;

namespace gui {

class PairedTextView;

/// What both runs said last, side by side, and how their sources judge them.
class CompareAnswers : public QWidget
{
    Q_OBJECT

public:
    explicit CompareAnswers(CompareContext& context, QWidget* parent = nullptr);

    void setAnswers(OfBoth<tracestore::FinalAnswer> answers);

    [[nodiscard]] PairedTextView& texts() const { return *m_texts; }

    /// The line above the texts.
    [[nodiscard]] QString summary() const;

private:
    void show();

    CompareContext& m_context;
    QLabel* m_summary;
    PairedTextView* m_texts;
    OfBoth<tracestore::FinalAnswer> m_answers;
    std::uint64_t m_order = 0;
};

} // namespace gui
