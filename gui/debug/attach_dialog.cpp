#include "gui/debug/attach_dialog.h"

#include "gui/context/in_background.h"
#include "gui/debug/run_table.h"
#include "gui/theme/format.h"
#include "gui/theme/theme.h"

#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QStandardItemModel>
#include <QVBoxLayout>

#include <algorithm>

namespace gui {

using namespace Qt::StringLiterals;
using engine::ListeningRun;

namespace {

    constexpr int kAgainMs = 1500;
    constexpr int kNameRole = Qt::UserRole;
    constexpr int kProcessRole = Qt::UserRole + 1;

    enum AttachColumn
    {
        NameColumn,
        AgentColumn,
        InputColumn,
        ProcessColumn,
        ColumnCount
    };

    bool isRow(const QStandardItem* item, const ListeningRun& run)
    {
        return item != nullptr && item->data(kNameRole).toString() == run.name
            && item->data(kProcessRole).toLongLong() == run.process;
    }

    QList<QStandardItem*> rowOf(const ListeningRun& run)
    {
        const QStringList texts {singleLine(run.name.toStdString()),
                                 singleLine(run.agent.toStdString()),
                                 singleLine(run.input.toStdString()),
                                 QString::number(run.process)};
        QList<QStandardItem*> row;
        for (const QString& text : texts)
            row << new QStandardItem(text);
        row.front()->setData(run.name, kNameRole);
        row.front()->setData(run.process, kProcessRole);
        return row;
    }

} // namespace

AttachDialog::AttachDialog(Theme& theme, Listing listing, QWidget* parent)
    : QDialog(parent)
    , m_theme(theme)
    , m_listing(std::move(listing))
    , m_model(new QStandardItemModel(0, ColumnCount, this))
    , m_runs(new RunTable(theme, this))
    , m_name(new QLineEdit(this))
    , m_note(new QLabel(this))
{
    setObjectName(u"attachDialog"_s);
    setWindowTitle(tr("Attach to a Run"));
    resize(600, 320);
    m_model->setHorizontalHeaderLabels({tr("Name"), tr("Agent"), tr("Asked"), tr("Process")});
    m_runs->setModel(m_model);
    m_runs->setAccessibleName(tr("Runs that listen"));
    m_runs->setEmptyText(tr("Looking for runs that listen …"));
    m_runs->horizontalHeader()->setSectionResizeMode(InputColumn, QHeaderView::Stretch);
    m_runs->horizontalHeader()->resizeSection(NameColumn, 130);
    m_runs->horizontalHeader()->resizeSection(AgentColumn, 130);
    m_runs->horizontalHeader()->resizeSection(ProcessColumn, 80);
    m_name->setAccessibleName(tr("Name or socket"));
    m_name->setPlaceholderText(tr("the name after --listen, or the path of a socket"));
    m_name->setClearButtonEnabled(true);
    m_note->setTextFormat(Qt::PlainText);
    m_note->setWordWrap(true);
    m_note->setFont(theme.smallFont());
    auto* runsTitle = new QLabel(tr("&Runs that listen (kymo run --listen NAME)"), this);
    runsTitle->setBuddy(m_runs);
    auto* nameTitle = new QLabel(tr("&Name or socket"), this);
    nameTitle->setBuddy(m_name);
    auto* line = new QHBoxLayout;
    line->setSpacing(metrics::kMargin);
    line->addWidget(nameTitle);
    line->addWidget(m_name, 1);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_attach = buttons->addButton(tr("Attach"), QDialogButtonBox::AcceptRole);
    m_attach->setDefault(true);
    for (QAbstractButton* button : buttons->buttons())
        button->setIcon({});
    auto* column = new QVBoxLayout(this);
    column->setSpacing(metrics::kMargin);
    column->addWidget(runsTitle);
    column->addWidget(m_runs, 1);
    column->addLayout(line);
    column->addWidget(m_note);
    column->addWidget(buttons);
    // Not accept(): the dialog goes when the run has answered.
    connect(buttons, &QDialogButtonBox::accepted, this, &AttachDialog::request);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_runs, &RunTable::rowActivated, this, &AttachDialog::request);
    connect(m_runs->selectionModel(),
            &QItemSelectionModel::currentRowChanged,
            this,
            [this](const QModelIndex& row) {
                if (row.isValid())
                    m_name->setText(row.siblingAtColumn(NameColumn).data(kNameRole).toString());
            });
    connect(m_name, &QLineEdit::textChanged, this, [this] {
        showNote({}, false);
        updateButton();
    });
    m_again.setSingleShot(true);
    m_again.setInterval(kAgainMs);
    connect(&m_again, &QTimer::timeout, this, &AttachDialog::refresh);
    showNote({}, false);
    updateButton();
    m_name->setFocus();
    refresh();
}

QString AttachDialog::problem() const
{
    return m_note->text();
}

void AttachDialog::setProblem(const QString& problem)
{
    m_isAsking = false;
    showNote(problem, true);
    updateButton();
}

void AttachDialog::refresh()
{
    inBackground(this, m_listing, [this](const std::vector<ListeningRun>& runs) {
        showRuns(runs);
        m_again.start();
    });
}

/// Rows change only where the runs do: what is selected stays selected.
void AttachDialog::showRuns(const std::vector<ListeningRun>& runs)
{
    m_runs->setEmptyText(tr("No run listens. Start one in a terminal by\n"
                            "kymo run AGENT --listen NAME"));
    for (int row = m_model->rowCount() - 1; row >= 0; --row) {
        const QStandardItem* item = m_model->item(row);
        if (std::ranges::none_of(runs, [&](const auto& run) { return isRow(item, run); }))
            m_model->removeRow(row);
    }
    for (int row = 0; row < static_cast<int>(runs.size()); ++row) {
        const ListeningRun& run = runs[static_cast<std::size_t>(row)];
        if (!isRow(m_model->item(row), run))
            m_model->insertRow(row, rowOf(run));
    }
    if (m_name->text().isEmpty() && runs.size() == 1)
        m_runs->selectRow(0);
}

void AttachDialog::request()
{
    const QString name = m_name->text().trimmed();
    if (name.isEmpty() || m_isAsking)
        return;
    m_isAsking = true;
    showNote(tr("Asking %1 …").arg(name), false);
    updateButton();
    emit attachRequested(name);
}

void AttachDialog::showNote(const QString& text, bool isError)
{
    QPalette colors = m_note->palette();
    colors.setColor(QPalette::WindowText,
                    m_theme.color(isError ? ColorRole::Error : ColorRole::TextDim));
    m_note->setPalette(colors);
    m_note->setText(text);
    m_note->setVisible(!text.isEmpty());
}

void AttachDialog::updateButton()
{
    m_attach->setEnabled(!m_isAsking && !m_name->text().trimmed().isEmpty());
}

} // namespace gui
