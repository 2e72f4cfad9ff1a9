#include "gui/debug/hits_panel.h"

#include "gui/debug/debug_table.h"
#include "gui/debug/trace_hits_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QHeaderView>
#include <QLabel>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using engine::TraceHits;
using tracestore::SpanId;

QString hitsSummary(const TraceHits& hits)
{
    const auto count = static_cast<qint64>(hits.hits.size());
    QString text = count == 0 ? HitsPanel::tr("No step is hit.")
        : count == 1          ? HitsPanel::tr("1 hit")
                              : HitsPanel::tr("%1 hits").arg(formatCount(count));
    if (hits.isLimited)
        text = HitsPanel::tr("the first %1 hits").arg(formatCount(count));
    for (const std::string& note : hits.notes)
        text += u'\n' + singleLine(note, 300);
    return text;
}

HitsPanel::HitsPanel(Theme& theme, QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_model(new TraceHitsModel(this))
    , m_message(new QLabel(this))
    , m_close(new QToolButton(this))
    , m_table(new DebugTable(theme, -1, this))
{
    m_message->setTextFormat(Qt::PlainText);
    m_message->setWordWrap(true);
    m_message->setFont(theme.smallFont());
    m_message->setContentsMargins(metrics::kMargin, metrics::kSpacing, metrics::kMargin, 0);
    m_table->setModel(m_model);
    m_table->setAccessibleName(tr("Hits of breakpoints"));
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->horizontalHeader()->resizeSection(TraceHitsModel::TurnColumn, 52);
    m_table->horizontalHeader()->resizeSection(TraceHitsModel::TimeColumn, 72);
    m_table->setShares({40, 20, 0, 0, 40});
    m_table->setColumnHidden(TraceHitsModel::TurnColumn, true);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(metrics::kSpacing);
    auto* top = new QHBoxLayout;
    top->setContentsMargins(0, 0, metrics::kSpacing, 0);
    top->addWidget(m_message, 1);
    top->addWidget(m_close, 0, Qt::AlignTop);
    m_close->setAutoRaise(true);
    m_close->setIconSize({10, 10});
    m_close->setToolTip(tr("Close the list; its marks go, too"));
    m_close->setAccessibleName(m_close->toolTip());
    m_close->hide();
    connect(m_close, &QToolButton::clicked, this, &HitsPanel::closeRequested);
    column->addLayout(top);
    column->addWidget(m_table, 1);
    connect(m_table->selectionModel(),
            &QItemSelectionModel::currentChanged,
            this,
            [this](const QModelIndex& index) {
                if (const SpanId span = m_model->spanAt(index.row()); span.isValid())
                    emit stepChosen(span);
            });
    connect(m_table, &QAbstractItemView::clicked, this, [this](const QModelIndex& index) {
        emit stepChosen(m_model->spanAt(index.row()));
    });
    connect(&theme, &Theme::changed, this, &HitsPanel::updateColors);
    updateColors();
}

void HitsPanel::setCurrentStep(SpanId step)
{
    if (m_model->spanAt(m_table->currentIndex().row()) == step)
        return;
    const QSignalBlocker quiet(m_table->selectionModel());
    m_table->setCurrentIndex(m_model->index(m_model->rowOf(step), 0));
    m_table->viewport()->update();
}

void HitsPanel::setHits(const FoundHits& hits, const tracestore::TracePtr& trace)
{
    m_model->setHits(hits, trace);
    m_table->setColumnHidden(TraceHitsModel::TurnColumn, !m_model->hasTurns());
    m_table->shareWidth();
    setMessage(hitsSummary(hits));
}

void HitsPanel::setMessage(const QString& text, bool isError)
{
    m_message->setText(text);
    m_isError = isError;
    updateColors();
}

void HitsPanel::setClosable()
{
    m_close->show();
}

QString HitsPanel::message() const
{
    return m_message->text();
}

void HitsPanel::updateColors()
{
    QPalette colors = m_message->palette();
    colors.setColor(QPalette::WindowText,
                    m_theme.color(m_isError ? ColorRole::Error : ColorRole::TextDim));
    m_message->setPalette(colors);
    m_close->setIcon(m_theme.icon(QStringLiteral("close")));
}

} // namespace gui
