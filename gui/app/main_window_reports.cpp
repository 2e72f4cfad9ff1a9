#include "gui/app/compare_tab.h"
#include "gui/app/main_window.h"
#include "gui/app/settings.h"
#include "gui/app/start_page.h"
#include "gui/experiments/report_tab.h"
#include "gui/experiments/report_view.h"

#include <QTabWidget>

// Reports of experiments, and what they lead to.

namespace gui {

using namespace Qt::StringLiterals;

ReportTab* MainWindow::openReport(const QString& folder)
{
    for (int i = 0; i < m_tabs->count(); ++i) {
        auto* tab = qobject_cast<ReportTab*>(m_tabs->widget(i));
        if (tab != nullptr && tab->folder() == folder) {
            m_tabs->setCurrentIndex(i);
            return tab;
        }
    }
    auto* tab = new ReportTab(folder, m_services.theme, m_tabs);
    connect(tab, &ReportTab::loaded, this, [this, tab] {
        m_services.settings.addRecent(tab->folder());
        updateReportText(tab);
    });
    connect(tab, &ReportTab::compareRequested, this, &MainWindow::compareRecordings);
    m_tabs->addTab(tab, {});
    updateReportText(tab);
    m_tabs->setCurrentWidget(tab);
    if (m_startPage)
        closeTab(m_tabs->indexOf(m_startPage));
    tab->setShownMetrics(m_services.settings.reportedMetrics());
    tab->load();
    return tab;
}

void MainWindow::updateReportText(ReportTab* tab)
{
    addCloseButton(tab);
    const int index = m_tabs->indexOf(tab);
    m_tabs->setTabText(index, tab->title().replace(u'&', u"&&"_s));
    m_tabs->setTabToolTip(index, QString(u"<p>"_s + tab->folder().toHtmlEscaped() + u"</p>"_s));
    if (m_tabs->currentWidget() == tab)
        tabChanged();
}

/// A comparison of the two that is open is shown again.
void MainWindow::compareRecordings(const ComparedRuns& runs)
{
    CompareSource a = sourceOf(runs.fileA);
    CompareSource b = sourceOf(runs.fileB);
    for (int i = 0; i < m_tabs->count(); ++i) {
        const auto* tab = qobject_cast<CompareTab*>(m_tabs->widget(i));
        if (tab != nullptr && tab->source(CompareSide::A).path == a.path
            && tab->source(CompareSide::B).path == b.path)
            return m_tabs->setCurrentIndex(i);
    }
    a.title = runs.nameA;
    b.title = runs.nameB;
    compare(a, b, runs.task);
}

} // namespace gui
