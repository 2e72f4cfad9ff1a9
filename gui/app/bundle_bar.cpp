#include "gui/app/bundle_bar.h"

#include "gui/theme/theme.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>

namespace gui {

using namespace Qt::StringLiterals;

namespace {

    QString bundleText(const engine::BundleContents& contents)
    {
        QStringList parts;
        const auto add = [&parts](std::size_t count, const QString& one, const QString& many) {
            if (count > 0)
                parts << (count == 1 ? one : many.arg(count));
        };
        if (contents.setup) {
            add(contents.setup->breakpoints.size(),
                BundleBar::tr("1 breakpoint"),
                BundleBar::tr("%1 breakpoints"));
            add(contents.setup->watches.size(),
                BundleBar::tr("1 watch"),
                BundleBar::tr("%1 watches"));
            add(contents.setup->faults.size(),
                BundleBar::tr("1 fault"),
                BundleBar::tr("%1 faults"));
        }
        add(contents.branches.size(), BundleBar::tr("1 branch"), BundleBar::tr("%1 branches"));
        return BundleBar::tr("This is a debug bundle. With it came: %1.").arg(parts.join(u", "_s));
    }

} // namespace

BundleBar::BundleBar(const engine::BundleContents& contents, Theme& theme, QWidget* parent)
    : QFrame(parent)
    , m_theme(theme)
    , m_icon(new QLabel(this))
{
    setObjectName(u"bundleBar"_s);
    setAutoFillBackground(true);
    auto* text = new QLabel(bundleText(contents), this);
    text->setTextFormat(Qt::PlainText);
    text->setWordWrap(true);
    setAccessibleName(text->text());
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(
        metrics::kMargin, metrics::kSpacing, metrics::kMargin, metrics::kSpacing);
    row->setSpacing(2 * metrics::kSpacing);
    row->addWidget(m_icon);
    row->addWidget(text, 1);
    const auto add = [this, row](const QString& word, const QString& tip, auto order) {
        auto* button = new QPushButton(word, this);
        button->setToolTip(tip);
        connect(button, &QPushButton::clicked, this, order);
        row->addWidget(button);
        return button;
    };
    if (contents.setup && *contents.setup != engine::DebugSetup()) {
        add(tr("Use with Mine"),
            tr("Add them to the breakpoints and watches that you have"),
            [this] { emit setupWanted(false); })
            ->setObjectName(u"bundleUseWith"_s);
        add(tr("Use Instead"), tr("Put yours away for these; Undo brings them back"), [this] {
            emit setupWanted(true);
        })->setObjectName(u"bundleUseInstead"_s);
    }
    if (!contents.branches.empty())
        add(tr("Unpack Branches"),
            tr("Put the trace and its branches into a folder of Kymo's and open them there"),
            &BundleBar::unpackWanted)
            ->setObjectName(u"bundleUnpack"_s);
    add(tr("Not Now"), tr("Leave this bar"), &BundleBar::closeWanted)
        ->setObjectName(u"bundleClose"_s);
    connect(&theme, &Theme::changed, this, &BundleBar::followTheme);
    followTheme();
}

void BundleBar::followTheme()
{
    QPalette colors = palette();
    colors.setColor(QPalette::Window, m_theme.color(ColorRole::Panel));
    colors.setColor(QPalette::WindowText, m_theme.color(ColorRole::Text));
    setPalette(colors);
    m_icon->setPixmap(
        m_theme.icon(u"open"_s, ColorRole::Accent).pixmap(metrics::kIconSize, metrics::kIconSize));
}

} // namespace gui
