#include "gui/compare/compare_page.h"

#include "gui/compare/compare_answers.h"
#include "gui/compare/compare_header.h"
#include "gui/compare/compare_metrics.h"
#include "gui/compare/compare_model.h"
#include "gui/compare/compare_timelines.h"
#include "gui/compare/compare_trees.h"
#include "gui/compare/pair_details.h"
#include "gui/compare/union_graph_view.h"
#include "gui/context/in_background.h"
#include "gui/theme/theme.h"

#include <QDataStream>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QTabWidget>
#include <QToolButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

ComparePage::ComparePage(OfBoth<ComparedSide> sides,
                         AlignmentPtr alignment,
                         Theme& theme,
                         QWidget* parent)
    : QWidget(parent)
    , m_theme(theme)
    , m_context(new CompareContext(std::move(sides), std::move(alignment), theme, this))
{
    setObjectName(u"comparePage"_s);
    setAccessibleName(tr("Comparison of two traces"));
    addViews();
    setFocusProxy(m_trees);
    connect(m_context, &CompareContext::selectionChanged, this, &ComparePage::changed);
    connect(m_trees, &CompareTrees::openRequested, this, &ComparePage::openRequested);
    connect(m_trees, &CompareTrees::menuOpened, this, &ComparePage::menuOpened);
    connect(m_header, &CompareHeader::pressed, this, [this](CompareSide side) {
        const QWidget& button = m_header->button(side);
        emit sidePressed(side, button.mapToGlobal(button.rect().bottomLeft()));
    });
    showNotice();
    readFigures();
}

ComparePage::~ComparePage()
{
    // The views go first: they listen to the context.
    delete m_columns;
}

void ComparePage::addViews()
{
    m_left = new QSplitter(Qt::Vertical, this);
    m_left->addWidget(makeSteps());
    m_details = new PairDetails(*m_context, this);
    m_left->addWidget(m_details);
    m_left->setSizes({560, 440});
    m_right = new QSplitter(Qt::Vertical, this);
    addPictures();
    addFigures();
    m_right->setSizes({500, 500});
    m_columns = new QSplitter(Qt::Horizontal, this);
    m_columns->addWidget(m_left);
    m_columns->addWidget(m_right);
    m_columns->setStretchFactor(0, 64);
    m_columns->setStretchFactor(1, 36);
    m_columns->setSizes({640, 360});
    for (QSplitter* splitter : {m_left, m_right, m_columns}) {
        splitter->setChildrenCollapsible(false);
        splitter->setHandleWidth(3);
    }
    auto* whole = new QVBoxLayout(this);
    whole->setContentsMargins(0, 0, 0, 0);
    whole->addWidget(m_columns);
}

QWidget* ComparePage::makeSteps()
{
    m_header = new CompareHeader(*m_context, this);
    m_notice = new QLabel(this);
    m_notice->setObjectName(u"compareNotice"_s);
    m_notice->setTextFormat(Qt::PlainText);
    m_notice->setWordWrap(true);
    m_notice->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    m_notice->setAutoFillBackground(true);
    m_trees = new CompareTrees(*m_context, this);
    auto* steps = new QWidget(this);
    auto* column = new QVBoxLayout(steps);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_header);
    column->addWidget(m_notice);
    column->addWidget(m_trees, 1);
    return steps;
}

void ComparePage::addPictures()
{
    m_pictures = new QTabWidget(m_right);
    m_pictures->setDocumentMode(true);
    m_pictures->setObjectName(u"comparePictures"_s);
    m_graph = new UnionGraphView(*m_context, m_pictures);
    m_timelines = new CompareTimelines(*m_context, m_pictures);
    m_pictures->addTab(m_graph, m_graph->windowTitle());
    m_pictures->addTab(m_timelines, m_timelines->windowTitle());
}

void ComparePage::addFigures()
{
    m_figures = new QTabWidget(m_right);
    m_figures->setDocumentMode(true);
    m_figures->setObjectName(u"compareFigures"_s);
    m_metrics = new CompareMetrics(*m_context, m_figures);
    m_answers = new CompareAnswers(*m_context, m_figures);
    m_figures->addTab(m_metrics, m_metrics->windowTitle());
    m_figures->addTab(m_answers, m_answers->windowTitle());
    auto* choose = new QToolButton(m_figures);
    choose->setObjectName(u"chooseMetrics"_s);
    choose->setText(tr("Shown ▾"));
    choose->setToolTip(tr("Choose which metrics are shown"));
    choose->setAccessibleName(choose->toolTip());
    choose->setFont(m_theme.smallFont());
    choose->setPopupMode(QToolButton::InstantPopup);
    auto* menu = new QMenu(choose);
    choose->setMenu(menu);
    connect(menu, &QMenu::aboutToShow, this, [this, menu] {
        menu->clear();
        m_metrics->fillMenu(*menu);
    });
    m_figures->setCornerWidget(choose);
    connect(m_figures, &QTabWidget::currentChanged, choose, [this, choose] {
        choose->setVisible(m_figures->currentWidget() == m_metrics);
    });
}

void ComparePage::setShownMetrics(ShownMetrics& shown)
{
    m_metrics->setShown(shown);
}

/// Sums over all steps, and what was said last: not on this thread.
void ComparePage::readFigures()
{
    struct Figures
    {
        std::vector<tracestore::MetricRow> rows;
        OfBoth<tracestore::FinalAnswer> answers;
    };

    const auto read = [a = m_context->side(CompareSide::A), b = m_context->side(CompareSide::B)] {
        const tracestore::ComparedTrace one {a.trace.get(), a.session};
        const tracestore::ComparedTrace other {b.trace.get(), b.session};
        return std::make_shared<Figures>(
            Figures {tracestore::compareMetrics(one, other),
                     {tracestore::finalAnswer(one), tracestore::finalAnswer(other)}});
    };
    const bool wasSwapped = m_context->isSwapped();
    inBackground(this, read, [this, wasSwapped](const std::shared_ptr<Figures>& figures) {
        m_metrics->metricsModel().setRows(std::move(figures->rows));
        if (wasSwapped != m_context->isSwapped()) {
            m_metrics->metricsModel().swap();
            std::swap(figures->answers.a, figures->answers.b);
        }
        m_answers->setAnswers(std::move(figures->answers));
        emit figuresRead();
    });
}

QString ComparePage::notice() const
{
    return m_notice->text();
}

void ComparePage::showNotice()
{
    const tracestore::TraceAlignment& alignment = m_context->alignment();
    QString text;
    if (alignment.pairs.empty())
        text = tr("Neither side has a step, so there is nothing to compare. Click a name above to "
                  "choose another session or file.");
    else if (alignment.onlyA == alignment.pairs.size() || alignment.onlyB == alignment.pairs.size())
        text = tr("One side has no step that the other one has. Click a name above to choose "
                  "another session or file.");
    if (text.isEmpty() && alignment.sharesLittle)
        text = tr("These two share next to nothing (%1 % of their steps): which step stands beside "
                  "which says little here. Compare two runs of the same task, or click a name "
                  "above to choose another session or file. Metrics and answers can be compared "
                  "all the same.")
                   .arg(qRound(100 * alignment.shared));
    m_notice->setText(text);
    m_notice->setVisible(!text.isEmpty());
    QPalette palette = m_notice->palette();
    palette.setColor(QPalette::Window, m_theme.color(ColorRole::Raised));
    palette.setColor(QPalette::WindowText, m_theme.color(ColorRole::Warning));
    m_notice->setPalette(palette);
}

EqualFolding ComparePage::folding() const
{
    return m_trees->compareModel().rows().folding();
}

void ComparePage::setFolding(EqualFolding folding)
{
    m_trees->setFolding(folding);
    emit changed();
}

void ComparePage::swap()
{
    m_context->swap();
    emit swapped();
    emit changed();
}

void ComparePage::goToNextDifference()
{
    m_trees->goToNextDifference();
}

void ComparePage::goToPreviousDifference()
{
    m_trees->goToPreviousDifference();
}

void ComparePage::goToDivergence()
{
    if (const auto pair = m_context->alignment().firstDivergence)
        m_context->reveal(*pair);
}

QByteArray ComparePage::layoutState() const
{
    QByteArray state;
    QDataStream out(&state, QIODevice::WriteOnly);
    out << m_columns->saveState() << m_left->saveState() << m_right->saveState();
    return state;
}

void ComparePage::restoreLayout(const QByteArray& state)
{
    QByteArray columns;
    QByteArray left;
    QByteArray right;
    QDataStream in(state);
    in >> columns >> left >> right;
    if (in.status() != QDataStream::Ok)
        return;
    m_columns->restoreState(columns);
    m_left->restoreState(left);
    m_right->restoreState(right);
}

} // namespace gui
