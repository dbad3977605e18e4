;;; eglot.el --- Opens $FILE with eglot and prints what a person sees -*- lexical-binding: t -*-
;; Each diagnostic with the text below it, the hover text, and the lines after the quick fix. eglot is
;; configured as our page says ($CONFIG).

(package-initialize)
(require 'eglot)
(require 'flymake)
(setq eglot-sync-connect 30
      eglot-connect-timeout 60
      eglot-autoshutdown nil
      eglot-send-changes-idle-time 0.1
      eglot-confirm-server-initiated-edits nil)

(define-derived-mode terraform-mode prog-mode "Terraform"
  (setq-local comment-start "#"))
(load (getenv "CONFIG") nil t t)

(defun wait-until (what condition)
  "Wait for CONDITION; WHAT is said when it does not come."
  (let ((end (+ (float-time) 60)))
    (while (and (not (funcall condition)) (< (float-time) end))
      (accept-process-output nil 0.05))
    (unless (funcall condition)
      (message "FAIL %s" what)
      (kill-emacs 1))))

(defun code-of (diagnostic)
  "The rule of DIAGNOSTIC."
  (let ((data (alist-get 'eglot-lsp-diag (flymake-diagnostic-data diagnostic))))
    (plist-get data :code)))

(find-file (getenv "FILE"))
(terraform-mode)
(apply #'eglot (eglot--guess-contact))
(wait-until "eglot does not manage the buffer" (lambda () eglot--managed-mode))
(flymake-mode 1)
(wait-until "no diagnostics" (lambda () (flymake-start) (flymake-diagnostics)))
(dolist (it (flymake-diagnostics))
  (message "diagnostic %d %s |%s|"
           (line-number-at-pos (flymake-diagnostic-beg it))
           (code-of it)
           (buffer-substring-no-properties (flymake-diagnostic-beg it) (flymake-diagnostic-end it))))

(let* ((before (length (flymake-diagnostics)))
       (first (car (sort (copy-sequence (flymake-diagnostics))
                         (lambda (a b) (< (flymake-diagnostic-beg a) (flymake-diagnostic-beg b)))))))
  (goto-char (flymake-diagnostic-beg first))
  (let ((hover (jsonrpc-request (eglot--current-server-or-lose) :textDocument/hover
                                (eglot--TextDocumentPositionParams))))
    (message "hover %s" (car (split-string (plist-get (plist-get hover :contents) :value) "\n"))))
  (let* ((actions (eglot-code-actions (flymake-diagnostic-beg first) (flymake-diagnostic-end first) "quickfix"))
         (ignore (seq-find (lambda (it) (string-prefix-p "Ignore" (plist-get it :title))) actions)))
    (unless ignore
      (message "FAIL no quick fix")
      (kill-emacs 1))
    (message "action %s" (plist-get ignore :title))
    (eglot--apply-workspace-edit (plist-get ignore :edit)))
  (goto-char (point-min))
  (when (re-search-forward "^ *# nhilint: ignore.*$" nil t)
    (message "line %s" (match-string 0)))
  (eglot--signal-textDocument/didChange)
  (wait-until "the quick fix changed nothing"
              (lambda () (flymake-start) (< (length (flymake-diagnostics)) before)))
  (message "left %d" (length (flymake-diagnostics))))
(message "emacs %s" emacs-version)
(set-buffer-modified-p nil)
(kill-emacs 0)
