#pragma once

#include "engine/bundle/bundle_contents.h"

#include <QFrame>

class QLabel;

namespace gui {

class Theme;

/// Says over the views of a bundle what came with it, and offers to take that over. Texts are plain
/// text.
class BundleBar : public QFrame
{
    Q_OBJECT

public:
    BundleBar(const engine::BundleContents& contents, Theme& theme, QWidget* parent = nullptr);

signals:
    /// Breakpoints, watches and faults are to be used, with those that there are or instead.
    void setupWanted(bool isInstead);
    /// Its branches are to be put into a folder and opened there.
    void unpackWanted();
    void closeWanted();

private:
    void followTheme();

    Theme& m_theme;
    QLabel* m_icon;
};

} // namespace gui
