#include "gui/app/compare_dialog.h"

#include "gui/compare/compare_words.h"
#include "gui/theme/theme.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kOpenRole = Qt::UserRole; ///< index of what is open
    constexpr int kPathRole = Qt::UserRole + 1;
    constexpr int kWidth = 620;

} // namespace

CompareDialog::CompareDialog(std::vector<CompareSource> open,
                             const QStringList& recent,
                             Theme& theme,
                             QWidget* parent)
    : QDialog(parent)
    , m_open(std::move(open))
    , m_hint(new QLabel(this))
{
    setObjectName(u"compareDialog"_s);
    setWindowTitle(tr("Compare"));
    setMinimumWidth(kWidth);
    auto* grid = new QGridLayout;
    grid->setColumnStretch(1, 1);
    for (const CompareSide side : kBothSides) {
        const int row = side == CompareSide::A ? 0 : 1;
        auto* letter = new QLabel(sideName(side), this);
        QPalette colored = letter->palette();
        colored.setColor(QPalette::WindowText, theme.color(sideRole(side)));
        letter->setPalette(colored);
        m_boxes[side] = new QComboBox(this);
        m_boxes[side]->setAccessibleName(tr("Trace %1").arg(sideName(side)));
        m_boxes[side]->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
        m_boxes[side]->setMinimumContentsLength(40);
        auto* browse = new QPushButton(tr("File…"), this);
        browse->setAccessibleName(tr("Choose a file for %1").arg(sideName(side)));
        connect(browse, &QPushButton::clicked, this, [this, side] { this->browse(side); });
        grid->addWidget(letter, row, 0);
        grid->addWidget(m_boxes[side], row, 1);
        grid->addWidget(browse, row, 2);
        fill(side, recent);
        connect(m_boxes[side], &QComboBox::currentIndexChanged, this, &CompareDialog::update);
    }
    m_hint->setWordWrap(true);
    m_hint->setForegroundRole(QPalette::PlaceholderText);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel, this);
    m_compare = buttons->addButton(tr("Compare"), QDialogButtonBox::AcceptRole);
    m_compare->setDefault(true);
    connect(buttons, &QDialogButtonBox::accepted, this, &QDialog::accept);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->addLayout(grid);
    column->addWidget(m_hint);
    column->addStretch(1);
    column->addWidget(buttons);
    // What is in front with what is open besides, else with what was open before it.
    m_boxes.b->setCurrentIndex(m_boxes.b->count() > 1 ? 1 : 0);
    update();
}

void CompareDialog::fill(CompareSide side, const QStringList& recent)
{
    QComboBox& box = *m_boxes[side];
    for (std::size_t i = 0; i < m_open.size(); ++i) {
        const CompareSource& source = m_open[i];
        const QString file = QFileInfo(source.path).fileName();
        const QString more = file.isEmpty() || file == source.title ? QString() : u"  ·  "_s + file;
        box.addItem(QString(source.title + more));
        box.setItemData(box.count() - 1, static_cast<int>(i), kOpenRole);
        box.setItemData(box.count() - 1, source.path, kPathRole);
    }
    for (const QString& path : recent) {
        if (box.findData(path, kPathRole) >= 0)
            continue;
        const QFileInfo info(path);
        box.addItem(QString(info.fileName() + u"  ·  "_s + info.path()));
        box.setItemData(box.count() - 1, path, kPathRole);
    }
}

void CompareDialog::choose(CompareSide side, const QString& path)
{
    QComboBox& box = *m_boxes[side];
    if (box.findData(path, kPathRole) < 0) {
        const QFileInfo info(path);
        box.addItem(QString(info.fileName() + u"  ·  "_s + info.path()));
        box.setItemData(box.count() - 1, path, kPathRole);
    }
    box.setCurrentIndex(box.findData(path, kPathRole));
    update();
}

void CompareDialog::browse(CompareSide side)
{
    const QString before = source(side).path;
    const QString folder = before.isEmpty() ? QDir::homePath() : QFileInfo(before).path();
    const QString path = QFileDialog::getOpenFileName(
        this,
        tr("Choose a trace"),
        folder,
        tr("Traces (*.kymo *.json *.jsonl *.ndjson *.gz *.zst);;All files (*)"));
    if (!path.isEmpty())
        choose(side, path);
}

CompareSource CompareDialog::source(CompareSide side) const
{
    const QComboBox& box = *m_boxes[side];
    if (box.currentIndex() < 0)
        return {};
    const QVariant open = box.currentData(kOpenRole);
    if (!open.isValid())
        return {.path = box.currentData(kPathRole).toString()};
    return m_open[static_cast<std::size_t>(open.toInt())];
}

void CompareDialog::update()
{
    const bool hasBoth = m_boxes.a->currentIndex() >= 0 && m_boxes.b->currentIndex() >= 0;
    const bool isSame = hasBoth && source(CompareSide::A).path == source(CompareSide::B).path
        && source(CompareSide::A).trace == source(CompareSide::B).trace;
    if (m_compare == nullptr)
        return;
    m_compare->setEnabled(hasBoth);
    m_hint->setText(isSame
                        ? tr("Both are the same file: you choose which of its sessions are meant.")
                        : tr("Any two traces that Kymo opens can be compared, also of different "
                             "formats. Of a file with several sessions you choose one next."));
}

} // namespace gui
