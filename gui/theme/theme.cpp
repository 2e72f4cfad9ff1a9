#include "gui/theme/theme.h"

#include "gui/theme/tinted_icon.h"

#include <QApplication>
#include <QFile>
#include <QFontDatabase>
#include <QJsonDocument>
#include <QJsonObject>
#include <QPalette>
#include <QStyleFactory>

namespace gui {

using namespace Qt::StringLiterals;
using tracestore::SpanKind;

namespace {

    constexpr std::array kRoleNames {"window",
                                     "panel",
                                     "raised",
                                     "hairline",
                                     "text",
                                     "textDim",
                                     "textFaint",
                                     "accent",
                                     "accentText",
                                     "selection",
                                     "selectionInactive",
                                     "hover",
                                     "focus",
                                     "agent",
                                     "model",
                                     "tool",
                                     "user",
                                     "turn",
                                     "retrieval",
                                     "memory",
                                     "guardrail",
                                     "event",
                                     "other",
                                     "error",
                                     "warning",
                                     "paused",
                                     "ok",
                                     "addedBackground",
                                     "removedBackground",
                                     "newBackground",
                                     "codeBackground",
                                     "jsonKey",
                                     "jsonString",
                                     "jsonNumber",
                                     "jsonKeyword",
                                     "link",
                                     "laneEven",
                                     "laneOdd",
                                     "gridLine",
                                     "scrollbar",
                                     "hit",
                                     "hitBackground",
                                     "origin",
                                     "originBackground",
                                     "sideA",
                                     "sideB",
                                     "changed",
                                     "badgeText"};

    QFont
    firstInstalled(const QStringList& families, QFontDatabase::SystemFont fallback, int pixels)
    {
        const QStringList installed = QFontDatabase::families();
        QFont font = QFontDatabase::systemFont(fallback);
        for (const QString& family : families) {
            if (installed.contains(family)) {
                font = QFont(family);
                break;
            }
        }
        font.setPixelSize(pixels);
        return font;
    }

    bool desktopIsDark()
    {
        return QGuiApplication::palette().color(QPalette::Window).lightness() < 128;
    }

} // namespace

Theme::Theme(const QString& id, QObject* parent)
    : QObject(parent)
    , m_textFont(firstInstalled({u"Inter"_s}, QFontDatabase::GeneralFont, 13))
    , m_smallFont(firstInstalled({u"Inter"_s}, QFontDatabase::GeneralFont, 12))
    , m_codeFont(firstInstalled({u"JetBrains Mono"_s}, QFontDatabase::FixedFont, 12))
{
    if (!load(id))
        load(desktopIsDark() ? u"dark"_s : u"light"_s);
}

QStringList Theme::available()
{
    return {u"dark"_s, u"light"_s, u"contrast"_s};
}

void Theme::select(const QString& id)
{
    if (id == m_id || !load(id))
        return;
    m_icons.clear();
    if (m_application != nullptr)
        applyTo(*m_application);
    emit changed();
}

QColor Theme::kindColor(SpanKind kind) const
{
    return color(kindRole(kind));
}

QIcon Theme::icon(const QString& name, ColorRole role) const
{
    const QString key = name + u'/' + QString::number(static_cast<int>(role));
    QIcon& icon = m_icons[key];
    if (icon.isNull())
        icon = tintedIcon(
            u":/icons/"_s + name + u".svg"_s, color(role), color(ColorRole::TextFaint));
    return icon;
}

QIcon Theme::kindIcon(SpanKind kind) const
{
    return icon(kindIconName(kind), kindRole(kind));
}

QString Theme::kindIconName(SpanKind kind)
{
    if (kind == SpanKind::StateChange)
        return u"kind-state"_s;
    const std::string_view word = tracestore::toWord(kind);
    return u"kind-"_s + QString::fromLatin1(word.data(), static_cast<qsizetype>(word.size()));
}

bool Theme::load(const QString& id)
{
    if (!available().contains(id))
        return false;
    QFile file(u":/themes/"_s + id + u".json"_s);
    if (!file.open(QIODevice::ReadOnly))
        return false;
    const QJsonObject values = QJsonDocument::fromJson(file.readAll()).object();
    for (std::size_t i = 0; i < kRoles; ++i) {
        const QColor color(values.value(QLatin1StringView(kRoleNames.at(i))).toString());
        ENSURE(color.isValid());
        m_colors.at(i) = color;
    }
    m_id = id;
    return true;
}

void Theme::applyTo(QApplication& application)
{
    m_application = &application;
    QPalette palette;
    const auto set
        = [&](QPalette::ColorRole to, ColorRole from) { palette.setColor(to, color(from)); };
    set(QPalette::Window, ColorRole::Window);
    set(QPalette::WindowText, ColorRole::Text);
    set(QPalette::Base, ColorRole::Panel);
    set(QPalette::AlternateBase, ColorRole::LaneOdd);
    set(QPalette::Text, ColorRole::Text);
    set(QPalette::PlaceholderText, ColorRole::TextFaint);
    set(QPalette::Button, ColorRole::Raised);
    set(QPalette::ButtonText, ColorRole::Text);
    set(QPalette::BrightText, ColorRole::Error);
    set(QPalette::ToolTipBase, ColorRole::Raised);
    set(QPalette::ToolTipText, ColorRole::Text);
    set(QPalette::Highlight, ColorRole::Selection);
    set(QPalette::HighlightedText, ColorRole::Text);
    set(QPalette::Link, ColorRole::Link);
    set(QPalette::LinkVisited, ColorRole::Link);
    set(QPalette::Light, ColorRole::Raised);
    set(QPalette::Midlight, ColorRole::Hairline);
    set(QPalette::Mid, ColorRole::Hairline);
    set(QPalette::Dark, ColorRole::Hairline);
    set(QPalette::Shadow, ColorRole::Hairline);
    for (const auto to : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText})
        palette.setColor(QPalette::Disabled, to, color(ColorRole::TextFaint));
    application.setStyle(QStyleFactory::create(u"Fusion"_s));
    application.setPalette(palette);
    application.setFont(m_textFont);
    application.setStyleSheet(styleSheet());
}

QString Theme::styleSheet() const
{
    QString sheet = uR"(
QMainWindow::separator { background: %1; width: 4px; height: 4px; }
QMenuBar { background: @window; padding: 2px 4px; }
QMenuBar::item { padding: 4px 8px; border-radius: 4px; background: transparent; }
QMenuBar::item:selected { background: @raised; }
QMenu { background: @raised; border: 1px solid @hairline; padding: 4px; menu-scrollable: 1; }
QMenu::item { padding: 4px 24px 4px 8px; border-radius: 3px; }
QMenu::item:selected { background: @selection; }
QMenu::item:disabled { color: @textFaint; }
QMenu::separator { height: 1px; background: @hairline; margin: 4px; }
QToolBar { background: @window; border: none; padding: 2px 8px; spacing: 4px; }
QToolButton { border: 1px solid transparent; border-radius: 4px; padding: 3px 6px; background: transparent; }
QToolButton:hover { background: @hover; }
QToolButton:pressed, QToolButton:checked { background: @selection; }
QToolButton:focus { border-color: @focus; }
QToolButton::menu-indicator { image: none; }
QStatusBar { background: @window; border-top: 1px solid @hairline; }
QStatusBar::item { border: none; }
QTabBar { background: @window; qproperty-drawBase: 0; }
QTabBar QToolButton { padding: 0; border-radius: 0; background: @window; }
QTabBar::tab { padding: 5px 10px; background: transparent; color: @textDim; border: none; border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: @text; border-bottom-color: @accent; }
QTabBar::tab:hover { color: @text; }
QTabBar::tab:disabled { color: @textFaint; }
QTabBar::tab:focus { background: @hover; }
QHeaderView { background: @panel; }
QHeaderView::section { background: @panel; color: @textDim; border: none; border-bottom: 1px solid @hairline; padding: 3px 6px; }
QHeaderView::up-arrow, QHeaderView::down-arrow { subcontrol-origin: margin; subcontrol-position: top center; width: 9px; height: 7px; }
QTableCornerButton::section { background: @panel; border: none; border-bottom: 1px solid @hairline; }
QAbstractScrollArea { border: none; background: @panel; }
QAbstractItemView { selection-background-color: @selection; selection-color: @text; outline: none; }
QScrollBar { background: transparent; border: none; margin: 0; }
QScrollBar:vertical { width: 10px; }
QScrollBar:horizontal { height: 10px; }
QScrollBar::handle { background: @scrollbar; border-radius: 3px; margin: 2px; min-height: 24px; min-width: 24px; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QLineEdit, QComboBox, QSpinBox, QDoubleSpinBox { background: @panel; border: 1px solid @hairline; border-radius: 4px; padding: 3px 6px; }
QLineEdit:focus, QComboBox:focus, QSpinBox:focus, QDoubleSpinBox:focus { border-color: @focus; }
QLineEdit:disabled, QComboBox:disabled, QSpinBox:disabled, QDoubleSpinBox:disabled { background: @window; color: @textFaint; }
QComboBox QLineEdit, QAbstractSpinBox QLineEdit { border: none; border-radius: 0; padding: 0; background: transparent; }
QComboBox { padding-right: 22px; }
QComboBox::drop-down { subcontrol-origin: border; subcontrol-position: center right; width: 20px; border: none; background: transparent; }
QComboBox::down-arrow { image: url(:/icons/arrow-down.svg); width: 10px; height: 10px; }
QSpinBox, QDoubleSpinBox { padding-right: 20px; }
QAbstractSpinBox::up-button { subcontrol-origin: border; subcontrol-position: top right; width: 18px; border: none; border-top-right-radius: 4px; background: transparent; }
QAbstractSpinBox::down-button { subcontrol-origin: border; subcontrol-position: bottom right; width: 18px; border: none; border-bottom-right-radius: 4px; background: transparent; }
QAbstractSpinBox::up-button:hover, QAbstractSpinBox::down-button:hover { background: @hover; }
QAbstractSpinBox::up-arrow { image: url(:/icons/arrow-up.svg); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(:/icons/arrow-down.svg); width: 9px; height: 9px; }
QComboBox QAbstractItemView { background: @raised; border: 1px solid @hairline; }
QAbstractItemView::indicator, QCheckBox::indicator, QRadioButton::indicator { width: 12px; height: 12px; background: @panel; border: 1px solid @textDim; border-radius: 3px; }
QAbstractItemView::indicator:checked, QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(:/icons/check.svg); }
QRadioButton::indicator { border-radius: 7px; }
QRadioButton::indicator:checked { width: 6px; height: 6px; border: 4px solid @accent; }
QAbstractItemView::indicator:disabled, QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: @textFaint; }
QCheckBox:focus, QRadioButton:focus { color: @accent; }
QDialogButtonBox { dialogbuttonbox-buttons-have-icons: 0; }
QPushButton { background: @raised; border: 1px solid @hairline; border-radius: 4px; padding: 4px 12px; }
QPushButton:hover { background: @hover; }
QPushButton:focus { border-color: @focus; }
QPushButton:disabled { color: @textFaint; }
QPushButton:default { background: @accent; color: @accentText; border-color: @accent; }
QPushButton:default:disabled { background: @raised; color: @textFaint; border-color: @hairline; }
QToolTip { background: @raised; color: @text; border: 1px solid @hairline; padding: 4px; }
QProgressBar { background: @raised; border: none; border-radius: 2px; max-height: 4px; }
QProgressBar::chunk { background: @accent; border-radius: 2px; }
QDockWidget { titlebar-close-icon: none; titlebar-normal-icon: none; }
)"_s;
    // Where panels and what is between them have one colour, a line parts them.
    const bool needsLine = color(ColorRole::Window) == color(ColorRole::Panel);
    sheet = sheet.arg(color(needsLine ? ColorRole::GridLine : ColorRole::Window).name());
    for (std::size_t i = kRoles; i-- > 0;) {
        // Longer names first would be safer than any order: a name ends at the blank or mark
        // behind.
        const QString name = u'@' + QString::fromLatin1(kRoleNames.at(i));
        for (const QChar end : {u';', u' '})
            sheet.replace(name + end, m_colors.at(i).name() + end);
    }
    return sheet;
}

ColorRole kindRole(SpanKind kind)
{
    switch (kind) {
    case SpanKind::Session:
    case SpanKind::Agent:
    case SpanKind::Workflow:
    case SpanKind::Handoff:
        return ColorRole::Agent;
    case SpanKind::Llm:
    case SpanKind::Compaction:
    case SpanKind::Plan:
        return ColorRole::Model;
    case SpanKind::Tool:
        return ColorRole::Tool;
    case SpanKind::Message:
    case SpanKind::Approval:
        return ColorRole::User;
    case SpanKind::Turn:
        return ColorRole::Turn;
    case SpanKind::Retrieval:
    case SpanKind::Embedding:
        return ColorRole::Retrieval;
    case SpanKind::Memory:
    case SpanKind::StateChange:
        return ColorRole::Memory;
    case SpanKind::Guardrail:
    case SpanKind::Evaluator:
        return ColorRole::Guardrail;
    case SpanKind::Error:
        return ColorRole::Error;
    case SpanKind::Event:
        return ColorRole::Event;
    case SpanKind::Other:
        return ColorRole::Other;
    }
    return ColorRole::Other;
}

} // namespace gui
