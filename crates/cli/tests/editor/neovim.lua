-- Opens $FILE in a headless Neovim that is configured as our page says ($NEW for 0.11 and later,
-- $OLD before), and prints what a person sees: each diagnostic, the hover text at the first one, and
-- the lines after its quick fix.
local file = vim.env.FILE

local function fail(message)
  io.stderr:write('FAIL ' .. message .. '\n')
  vim.cmd('cquit 1')
end

dofile(vim.lsp.config and vim.env.NEW or vim.env.OLD)
dofile(vim.env.EXTRA)
vim.cmd('filetype on')
vim.cmd('edit ' .. vim.fn.fnameescape(file))

local function wait(what, condition)
  if not vim.wait(20000, condition, 20) then
    fail(what)
  end
end

wait('no diagnostics', function()
  return #vim.diagnostic.get(0) > 0
end)
local found = vim.diagnostic.get(0)
table.sort(found, function(a, b)
  return a.lnum < b.lnum or (a.lnum == b.lnum and a.col < b.col)
end)
for _, it in ipairs(found) do
  local text = vim.api.nvim_buf_get_text(0, it.lnum, it.col, it.end_lnum, it.end_col, {})
  local code = it.code or (it.user_data and it.user_data.lsp and it.user_data.lsp.code)
  print(string.format('diagnostic %d:%d %s |%s|', it.lnum + 1, it.col + 1, code, table.concat(text, '\\n')))
end

local first = found[1]
local position = { line = first.lnum, character = first.col }
local document = vim.lsp.util.make_text_document_params(0)
local hover = vim.lsp.buf_request_sync(0, 'textDocument/hover', { textDocument = document, position = position }, 20000)
for _, answer in pairs(hover or {}) do
  if answer.result then
    print('hover ' .. vim.split(answer.result.contents.value, '\n')[1])
  end
end

local range = { start = position, ['end'] = { line = first.end_lnum, character = first.end_col } }
local actions = vim.lsp.buf_request_sync(0, 'textDocument/codeAction', {
  textDocument = document,
  range = range,
  context = { diagnostics = {} },
}, 20000)
for _, answer in pairs(actions or {}) do
  for _, action in ipairs(answer.result or {}) do
    if action.title:find('^Ignore') then
      print('action ' .. action.title)
      vim.lsp.util.apply_workspace_edit(action.edit, 'utf-16')
      break
    end
  end
end
for _, line in ipairs(vim.api.nvim_buf_get_lines(0, 0, -1, false)) do
  if line:find('nhilint: ignore', 1, true) then
    print('line ' .. vim.trim(line))
  end
end
local before = #found
wait('the quick fix changed nothing', function()
  return #vim.diagnostic.get(0) < before
end)
print('left ' .. #vim.diagnostic.get(0))
vim.cmd('write')
vim.cmd('qa!')
