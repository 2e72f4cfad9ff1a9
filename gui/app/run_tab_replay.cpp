#include "gui/agents/run_bar.h"
#include "gui/agents/run_texts.h"
#include "gui/app/run_tab.h"
#include "gui/replay/divergence_panel.h"
#include "gui/replay/replay_texts.h"

#include <QBoxLayout>
#include <QScrollArea>

#include <algorithm>

// The tab of a run that is replayed by a policy.

namespace gui {

void RunTab::takeReplayStatus()
{
    const auto& replay = m_status.replay;
    if (!replay)
        return;
    if (m_divergence == nullptr) {
        m_divergence = new DivergencePanel(m_services.theme);
        m_divergenceArea = new QScrollArea(this);
        m_divergenceArea->setWidget(m_divergence);
        m_divergenceArea->setWidgetResizable(true);
        m_divergenceArea->setFrameShape(QFrame::NoFrame);
        // Below the bar, above the views: nothing else happens before it is answered.
        static_cast<QBoxLayout*>(layout())->insertWidget(1, m_divergenceArea);
        connect(m_divergence,
                &DivergencePanel::decided,
                this,
                [this](const engine::ReplayDecision& decision) {
                    m_services.engine->decide(m_run, decision);
                });
        connect(m_divergence, &DivergencePanel::revealWanted, this, &RunTab::reveal);
    }
    const bool isOver = !isRunActive(m_status.state);
    const bool isNew = !replay->questions.empty() && !m_hasDiverged;
    m_hasDiverged = m_hasDiverged || !replay->questions.empty();
    m_divergence->setQuestions(isOver ? std::vector<engine::ReplayQuestion>() : replay->questions);
    m_divergenceArea->setVisible(!m_divergence->isHidden());
    // As high as it needs, but the views keep half of the room: one looks there, too.
    constexpr int kLeastHeight = 160;
    QLayout& content = *m_divergence->layout();
    const int wanted = content.hasHeightForWidth() ? content.totalHeightForWidth(width())
                                                   : content.totalSizeHint().height();
    m_divergenceArea->setFixedHeight(std::min(wanted, std::max(kLeastHeight, height() / 2)));
    m_bar->setNote(replayStatusText(*replay, isOver && !m_hasDiverged, !m_branch.isEmpty()));
    if (isNew)
        emit attentionWanted(false);
}

} // namespace gui
