#include "gui/app/loading_page.h"

#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    constexpr int kColumnWidth = 560;

    QLabel* addLabel(const QString& text, const QFont& font, ColorRole role, QVBoxLayout& column)
    {
        auto* label = new QLabel(text);
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
        label->setFont(font);
        label->setForegroundRole(role == ColorRole::TextDim ? QPalette::PlaceholderText
                                                            : QPalette::WindowText);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse);
        label->setMinimumWidth(1);
        column.addWidget(label);
        return label;
    }

    QFont titleFont(const Theme& theme)
    {
        QFont font = theme.textFont();
        font.setPixelSize(18);
        font.setWeight(QFont::DemiBold);
        return font;
    }

    /// A column in the middle of a page.
    QVBoxLayout* makeColumn(QWidget* page)
    {
        auto* across = new QHBoxLayout(page);
        auto* middle = new QWidget(page);
        middle->setMaximumWidth(kColumnWidth);
        middle->setMinimumWidth(kColumnWidth / 2);
        across->addStretch(1);
        across->addWidget(middle, 8);
        across->addStretch(1);
        auto* column = new QVBoxLayout(middle);
        column->setSpacing(2 * metrics::kSpacing);
        column->addStretch(2);
        return column;
    }

    QString formatBytes(quint64 bytes)
    {
        return QLocale(QLocale::English).formattedDataSize(static_cast<qint64>(bytes), 1);
    }

} // namespace

LoadingPage::LoadingPage(const QString& name, Theme& theme, QWidget* parent)
    : QWidget(parent)
{
    QVBoxLayout* column = makeColumn(this);
    m_title = addLabel(tr("Opening %1").arg(name), titleFont(theme), ColorRole::Text, *column);
    m_bar = new QProgressBar(this);
    m_bar->setTextVisible(false);
    m_bar->setRange(0, 0);
    m_bar->setAccessibleName(tr("Progress of opening"));
    column->addWidget(m_bar);
    m_amount = addLabel(tr("Reading…"), theme.smallFont(), ColorRole::TextDim, *column);
    auto* cancel = new QPushButton(tr("Cancel"), this);
    cancel->setObjectName(u"cancel"_s);
    cancel->setShortcut(Qt::Key_Escape);
    connect(cancel, &QPushButton::clicked, this, &LoadingPage::cancelRequested);
    column->addWidget(cancel, 0, Qt::AlignLeft);
    column->addStretch(3);
    setFocusProxy(cancel);
}

void LoadingPage::setWork(const QString& title, const QString& detail)
{
    m_title->setText(title);
    m_amount->setText(detail);
    m_bar->setRange(0, 0);
}

void LoadingPage::setProgress(quint64 done, quint64 total)
{
    constexpr int kSteps = 1000;
    if (total == 0) {
        m_amount->setText(tr("%1 read").arg(formatBytes(done)));
        return;
    }
    const double part = std::min(1.0, static_cast<double>(done) / static_cast<double>(total));
    m_bar->setRange(0, kSteps);
    m_bar->setValue(static_cast<int>(part * kSteps));
    m_amount->setText(
        tr("%1 of %2 read").arg(formatBytes(std::min(done, total)), formatBytes(total)));
}

FailurePage::FailurePage(const QString& name,
                         const QString& reason,
                         const QStringList& formats,
                         Theme& theme,
                         QWidget* parent)
    : QWidget(parent)
{
    setObjectName(u"failure"_s);
    QVBoxLayout* column = makeColumn(this);
    addLabel(tr("%1 is not open").arg(name), titleFont(theme), ColorRole::Text, *column);
    addLabel(reason, theme.textFont(), ColorRole::Text, *column)->setObjectName(u"reason"_s);
    if (!formats.isEmpty())
        addLabel(tr("Kymo opens: %1; also packed with gzip or zstd.").arg(formats.join(u", "_s)),
                 theme.smallFont(),
                 ColorRole::TextDim,
                 *column);
    auto* buttons = new QHBoxLayout;
    column->addLayout(buttons);
    const auto addButton = [&](const QString& text, void (FailurePage::*request)()) {
        auto* button = new QPushButton(text, this);
        connect(button, &QPushButton::clicked, this, request);
        buttons->addWidget(button);
        return button;
    };
    auto* retry = addButton(tr("Try Again"), &FailurePage::retryRequested);
    addButton(tr("Open Another…"), &FailurePage::openRequested);
    addButton(tr("Close"), &FailurePage::closeRequested);
    buttons->addStretch(1);
    column->addStretch(3);
    setFocusProxy(retry);
}

} // namespace gui
