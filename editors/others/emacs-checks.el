;;; Checks with names, and a closing line that counts.  -*- lexical-binding: t -*-
(require 'package)
(package-initialize)
(require 'cl-lib)

(defvar spine-passed 0)
(defvar spine-failed 0)

(defun check (name ok &optional seen)
  "Count NAME as passed if OK; otherwise print what was SEEN."
  (if ok (cl-incf spine-passed) (cl-incf spine-failed))
  (princ (format "%s %s%s\n" (if ok "ok  " "FAIL") name (if ok "" (format ": %S" seen)))))

(defun wait-for (predicate)
  "Wait until PREDICATE returns something, and return it."
  (let ((end (+ (float-time) 20)) value)
    (while (and (not (setq value (funcall predicate))) (< (float-time) end))
      (accept-process-output nil 0.02))
    value))

(defun finish ()
  "Print the closing line and end Emacs."
  (princ (format "%d passed, %d failed\n" spine-passed spine-failed))
  (set-buffer-modified-p nil)
  (kill-emacs (if (zerop spine-failed) 0 1)))
