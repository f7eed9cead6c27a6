/** A field that a file is dropped on or chosen with; the file is handed on at once. */
import { InboxOutlined } from '@ant-design/icons';
import { Upload } from 'antd';

export const FileDrop = ({
  accept,
  text,
  hint,
  disabled = false,
  onFile,
}: {
  /** The endings of names that are offered, with commas between. */
  readonly accept: string;
  readonly text: string;
  readonly hint: string;
  readonly disabled?: boolean;
  readonly onFile: (file: File) => void;
}) => (
  <Upload.Dragger
    accept={accept}
    showUploadList={false}
    disabled={disabled}
    beforeUpload={(file) => {
      onFile(file);
      return false;
    }}
  >
    <p className="ant-upload-drag-icon">
      <InboxOutlined />
    </p>
    <p className="ant-upload-text">{text}</p>
    <p className="ant-upload-hint">{hint}</p>
  </Upload.Dragger>
);
