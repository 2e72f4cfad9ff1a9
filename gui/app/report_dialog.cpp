#include "gui/app/report_dialog.h"

#include "gui/models/report_model.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QTableView>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QString introduction(const tracestore::ImportReport& report)
    {
        const QString mapped = ReportDialog::tr("%1 records read as they are; %2.")
                                   .arg(formatCount(static_cast<std::int64_t>(report.mapped())),
                                        reportSummary(report));
        if (report.omittedRows() == 0)
            return mapped;
        return mapped + u' '
            + ReportDialog::tr("%1 more rows are counted but not listed.")
                  .arg(formatCount(static_cast<std::int64_t>(report.omittedRows())));
    }

    QTableView* makeTable(tracestore::TracePtr trace, const Theme& theme, QWidget* parent)
    {
        auto* table = new QTableView(parent);
        table->setModel(new ReportModel(std::move(trace), table));
        table->setAccessibleName(ReportDialog::tr("Import report"));
        table->setSelectionBehavior(QTableView::SelectRows);
        table->setShowGrid(false);
        table->setFont(theme.smallFont());
        table->setTabKeyNavigation(false);
        table->setVerticalScrollMode(QTableView::ScrollPerPixel);
        table->verticalHeader()->hide();
        table->verticalHeader()->setMinimumSectionSize(metrics::kRowHeight);
        // What was done with the data is told in full, over as many lines as it takes.
        table->setWordWrap(true);
        table->setTextElideMode(Qt::ElideNone);
        table->verticalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
        QHeaderView& header = *table->horizontalHeader();
        header.setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
        header.setHighlightSections(false);
        header.setSectionResizeMode(ReportModel::MessageColumn, QHeaderView::Stretch);
        header.resizeSection(ReportModel::SeverityColumn, 80);
        header.resizeSection(ReportModel::CountColumn, 70);
        header.resizeSection(ReportModel::FieldColumn, 150);
        header.resizeSection(ReportModel::PlaceColumn, 140);
        return table;
    }

} // namespace

ReportDialog::ReportDialog(tracestore::TracePtr trace, const Theme& theme, QWidget* parent)
    : QDialog(parent)
{
    setWindowTitle(tr("What was read"));
    resize(900, 420);
    auto* column = new QVBoxLayout(this);
    auto* label = new QLabel(introduction(trace->report()), this);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    column->addWidget(label);
    if (!trace->report().rows().empty())
        column->addWidget(makeTable(std::move(trace), theme, this), 1);
    else
        column->addStretch(1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    column->addWidget(buttons);
}

} // namespace gui
