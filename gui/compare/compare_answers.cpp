#include "gui/compare/compare_answers.h"

#include "gui/compare/compare_words.h"
#include "gui/compare/paired_text_view.h"
#include "gui/context/in_background.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"
#include "gui/widgets/text_window.h"

#include <QLabel>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::FinalAnswer;

CompareAnswers::CompareAnswers(CompareContext& context, QWidget* parent)
    : QWidget(parent)
    , m_context(context)
    , m_summary(new QLabel(this))
    , m_texts(new PairedTextView(context.theme(), this))
{
    setObjectName(u"compareAnswers"_s);
    setWindowTitle(tr("Answers"));
    setFocusProxy(m_texts);
    m_texts->setFolded(false);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setFont(context.theme().smallFont());
    m_summary->setForegroundRole(QPalette::PlaceholderText);
    m_summary->setContentsMargins(metrics::kMargin, metrics::kSpacing, 0, metrics::kSpacing);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_summary);
    column->addWidget(m_texts, 1);
    connect(&context, &CompareContext::swapped, this, [this] {
        std::swap(m_answers.a, m_answers.b);
        show();
    });
    connect(m_texts, &PairedTextView::wholeTextRequested, this, [this](CompareSide side) {
        auto* shown = new TextWindow(m_context.theme(),
                                     tr("Answer of %1").arg(sideName(side)),
                                     m_texts->text().text[side],
                                     TextSyntax::Plain,
                                     window());
        shown->show();
    });
}

void CompareAnswers::setAnswers(OfBoth<FinalAnswer> answers)
{
    m_answers = std::move(answers);
    show();
}

QString CompareAnswers::summary() const
{
    return m_summary->text();
}

void CompareAnswers::show()
{
    const bool isSame = m_answers.a.text == m_answers.b.text;
    const bool isNothing = m_answers.a.text.empty() && m_answers.b.text.empty();
    m_summary->setText(isNothing    ? tr("Neither run answered in words, as far as is recorded.")
                           : isSame ? tr("Both answers are the same.")
                                    : tr("The answers differ."));
    inBackground(
        this,
        [answers = m_answers] {
            const auto shown = [](const FinalAnswer& answer) {
                return HeadedText {visibleText(toText(answer.text)), {}};
            };
            return std::make_shared<const PairedText>(
                pairTexts(shown(answers.a), shown(answers.b)));
        },
        [this, order = ++m_order](const std::shared_ptr<const PairedText>& text) {
            if (order != m_order)
                return;
            OfBoth<QString> notes;
            for (const CompareSide side : kBothSides)
                notes[side] = tr("No answer of %1 is recorded.").arg(sideName(side));
            m_texts->setText(text, notes);
        });
}

} // namespace gui
