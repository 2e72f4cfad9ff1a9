#include "gui/graph/graph_pipeline.h"

#include <QtConcurrent>

namespace gui {

GraphPipeline::GraphPipeline(tracestore::TracePtr trace,
                             const QString& layoutProgram,
                             QObject* parent)
    : QObject(parent)
    , m_trace(std::move(trace))
    , m_layout(layoutProgram)
{
    connect(&m_layout, &GraphLayout::finished, this, &GraphPipeline::onLaidOut);
}

void GraphPipeline::setScope(const GraphScope& scope)
{
    if (scope == m_scope && m_source != nullptr)
        return;
    m_scope = scope;
    m_source.reset();
    refresh();
}

void GraphPipeline::setMode(FoldMode mode)
{
    if (mode == m_state.mode)
        return;
    m_state.mode = mode;
    refresh();
}

void GraphPipeline::setOpen(GraphKey key, bool isOpen)
{
    m_state.isOpen[key] = isOpen;
    refresh();
}

void GraphPipeline::setFonts(const GraphFonts& fonts)
{
    if (fonts.title == m_fonts.title && fonts.detail == m_fonts.detail)
        return;
    m_fonts = fonts;
    if (m_order > 0)
        refresh();
}

void GraphPipeline::refresh()
{
    m_isBusy = true;
    const auto prepare = [trace = m_trace,
                          scope = m_scope,
                          source = m_source,
                          state = m_state,
                          fonts = m_fonts,
                          order = ++m_order] {
        Prepared prepared {.order = order};
        prepared.source = source != nullptr ? source : buildStepGraph(trace, scope);
        prepared.graph = foldGraph(prepared.source, state);
        prepared.cards = cardTexts(*prepared.graph, fonts);
        prepared.request = layoutRequest(*prepared.graph, prepared.cards);
        return prepared;
    };
    QtConcurrent::run(prepare).then(this,
                                    [this](Prepared prepared) { onPrepared(std::move(prepared)); });
}

void GraphPipeline::onPrepared(Prepared prepared)
{
    if (prepared.order != m_order)
        return;
    m_source = prepared.source;
    m_laying = std::move(prepared);
    m_layout.request(std::exchange(m_laying.request, {}));
}

void GraphPipeline::onLaidOut(const LayoutOutcome& outcome)
{
    // A newer graph may be under way: nobody wants this one any more.
    if (m_laying.order != m_order)
        return;
    QtConcurrent::run([laid = std::move(m_laying), outcome, fonts = m_fonts]() mutable {
        return std::make_shared<const GraphScene>(
            makeScene(std::move(laid.graph), std::move(laid.cards), outcome, fonts));
    }).then(this, [this, order = m_order](const std::shared_ptr<const GraphScene>& scene) {
        deliver(scene, order);
    });
}

void GraphPipeline::deliver(const GraphScenePtr& scene, std::uint64_t order)
{
    if (order != m_order)
        return;
    m_isBusy = false;
    emit sceneReady(scene);
}

} // namespace gui
