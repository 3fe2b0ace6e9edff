// The typed part of the router: as little as depends on In and Out.
#pragma once

namespace shanqi::http {

template <class In, class Out>
void Router::add(Route route, std::function<Result<Out>(Call&, In)> work) {
    auto endpoint = std::make_unique<Endpoint>();
    endpoint->route = std::move(route);
    endpoint->members = &members_of<In>();
    endpoint->replies_content = !std::is_same_v<Out, NoContent>;
    endpoint->input_schema = [](boost::json::object& definitions) { return schema_of<In>(definitions); };
    endpoint->output_schema = [](boost::json::object& definitions) { return schema_of<Out>(definitions); };
    endpoint->handler = [work = std::move(work), self = endpoint.get()](Call& call) -> Result<Reply> {
        Result<In> in = from_json<In>(TRY(detail::gather_input(call, *self)));
        if (!in) return detail::input_error(call, std::move(in).error());
        const Out out = TRY(work(call, std::move(*in)));
        return detail::json_reply(call, *self, self->replies_content ? json_text(out) : std::string());
    };
    add_endpoint(std::move(endpoint));
}

}  // namespace shanqi::http
